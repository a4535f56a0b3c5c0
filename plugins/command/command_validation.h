#ifndef PROVISION_PLUGINS_COMMAND_COMMAND_VALIDATION_H_
#define PROVISION_PLUGINS_COMMAND_COMMAND_VALIDATION_H_

#include <vector>

#include "core/base/diagnostic.pb.h"
#include "plugins/command/command.pb.h"

namespace provision {

// What can be wrong with a config whatever the machine; all of it.
std::vector<Diagnostic> ValidateCommand(const CommandConfig& config);

}  // namespace provision

#endif  // PROVISION_PLUGINS_COMMAND_COMMAND_VALIDATION_H_
