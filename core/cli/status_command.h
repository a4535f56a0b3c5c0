#ifndef PROVISION_CORE_CLI_STATUS_COMMAND_H_
#define PROVISION_CORE_CLI_STATUS_COMMAND_H_

#include "core/cli/command_context.h"
#include "core/engine/exit_code.h"

namespace provision {

// `status [RUN]`: says where runs stand and what continues them.
ExitCode RunStatus(CommandContext& context);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_STATUS_COMMAND_H_
