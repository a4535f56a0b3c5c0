#ifndef PROVISION_CORE_CLI_TRUST_COMMAND_H_
#define PROVISION_CORE_CLI_TRUST_COMMAND_H_

#include "core/cli/command_context.h"
#include "core/engine/exit_code.h"

namespace provision {

// `trust FILE`: shows what a plan would run, and trusts exactly that content.
ExitCode RunTrust(CommandContext& context);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_TRUST_COMMAND_H_
