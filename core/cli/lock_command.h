#ifndef PROVISION_CORE_CLI_LOCK_COMMAND_H_
#define PROVISION_CORE_CLI_LOCK_COMMAND_H_

#include "core/cli/command_context.h"
#include "core/engine/exit_code.h"

namespace provision {

// `lock PLAN`: asks the outside world what the plan's steps need on each
// target, and writes the answers beside the plan, whole or not at all. With
// --check nothing is written, and 2 says that something would be.
ExitCode RunLock(CommandContext& context);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_LOCK_COMMAND_H_
