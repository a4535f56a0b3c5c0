#ifndef PROVISION_CORE_CLI_STATE_PATH_H_
#define PROVISION_CORE_CLI_STATE_PATH_H_

#include <string>

#include "core/base/system.h"
#include "core/cli/command_line.h"

namespace provision {

// The state directory that the command works with, absolute: --state-dir or the
// default.
std::string StatePath(System& system, const CommandLine& line);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_STATE_PATH_H_
