#ifndef PROVISION_CORE_CLI_VALIDATE_COMMAND_H_
#define PROVISION_CORE_CLI_VALIDATE_COMMAND_H_

#include "core/cli/command_context.h"
#include "core/engine/exit_code.h"

namespace provision {

// `validate PLAN`: checks a plan without reading the host.
ExitCode RunValidate(CommandContext& context);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_VALIDATE_COMMAND_H_
