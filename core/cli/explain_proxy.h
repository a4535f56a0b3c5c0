#ifndef PROVISION_CORE_CLI_EXPLAIN_PROXY_H_
#define PROVISION_CORE_CLI_EXPLAIN_PROXY_H_

#include <string>

#include "core/cli/command_context.h"
#include "core/engine/exit_code.h"

namespace provision {

// `explain proxy URL`: how we and each client reach `url`, by the variables of
// the caller. Nothing is asked over the network.
ExitCode RunExplainProxy(CommandContext& context, const std::string& url);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_EXPLAIN_PROXY_H_
