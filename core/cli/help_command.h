#ifndef PROVISION_CORE_CLI_HELP_COMMAND_H_
#define PROVISION_CORE_CLI_HELP_COMMAND_H_

#include "core/cli/command_context.h"
#include "core/engine/exit_code.h"

namespace provision {

// `help [COMMAND]`: the overview, or the page of one command.
ExitCode RunHelp(CommandContext& context);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_HELP_COMMAND_H_
