#ifndef PROVISION_CORE_CLI_APPLY_COMMAND_H_
#define PROVISION_CORE_CLI_APPLY_COMMAND_H_

#include "core/cli/command_context.h"
#include "core/engine/exit_code.h"

namespace provision {

// `apply PLAN|SAVED`: brings the host to the plan, or goes on where it stopped.
ExitCode RunApply(CommandContext& context);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_APPLY_COMMAND_H_
