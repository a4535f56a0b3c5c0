#ifndef PROVISION_CORE_CLI_FACTS_COMMAND_H_
#define PROVISION_CORE_CLI_FACTS_COMMAND_H_

#include "core/cli/command_context.h"
#include "core/engine/exit_code.h"

namespace provision {

// `facts [PLAN]`: prints or records what is known of this host.
ExitCode RunFacts(CommandContext& context);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_FACTS_COMMAND_H_
