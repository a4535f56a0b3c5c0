#ifndef PROVISION_CORE_CLI_COMPLETION_COMMAND_H_
#define PROVISION_CORE_CLI_COMPLETION_COMMAND_H_

#include "core/cli/command_context.h"
#include "core/engine/exit_code.h"

namespace provision {

// `completion SHELL`: prints a script that completes command lines.
ExitCode RunCompletion(CommandContext& context);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_COMPLETION_COMMAND_H_
