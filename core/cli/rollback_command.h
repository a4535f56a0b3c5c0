#ifndef PROVISION_CORE_CLI_ROLLBACK_COMMAND_H_
#define PROVISION_CORE_CLI_ROLLBACK_COMMAND_H_

#include "core/cli/command_context.h"
#include "core/engine/exit_code.h"

namespace provision {

// `rollback [RUN]`: undoes a run, or one step of it.
ExitCode RunRollback(CommandContext& context);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_ROLLBACK_COMMAND_H_
