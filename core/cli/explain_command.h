#ifndef PROVISION_CORE_CLI_EXPLAIN_COMMAND_H_
#define PROVISION_CORE_CLI_EXPLAIN_COMMAND_H_

#include "core/cli/command_context.h"
#include "core/engine/exit_code.h"

namespace provision {

// `explain [WORD]`: what a word of plans, messages or exit codes means.
ExitCode RunExplain(CommandContext& context);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_EXPLAIN_COMMAND_H_
