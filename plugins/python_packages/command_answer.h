#ifndef PROVISION_PLUGINS_PYTHON_PACKAGES_COMMAND_ANSWER_H_
#define PROVISION_PLUGINS_PYTHON_PACKAGES_COMMAND_ANSWER_H_

#include <string>

#include "core/api/fact.pb.h"

namespace provision {

// Why a command that was run within `deadline_s` is of no use, in words that
// follow its name; empty if it ended well.
std::string CommandTrouble(const FactValue::Command& command, int deadline_s);

}  // namespace provision

#endif  // PROVISION_PLUGINS_PYTHON_PACKAGES_COMMAND_ANSWER_H_
