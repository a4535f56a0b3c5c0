#ifndef PROVISION_CORE_CLI_STORE_COMMAND_H_
#define PROVISION_CORE_CLI_STORE_COMMAND_H_

#include "core/cli/command_context.h"
#include "core/engine/exit_code.h"

namespace provision {

// `store show`: what the store of artifacts has.
ExitCode RunStoreShow(CommandContext& context);

// `store prune`: takes out everything, or what is older than --older-than.
ExitCode RunStorePrune(CommandContext& context);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_STORE_COMMAND_H_
