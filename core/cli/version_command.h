#ifndef PROVISION_CORE_CLI_VERSION_COMMAND_H_
#define PROVISION_CORE_CLI_VERSION_COMMAND_H_

#include "core/cli/command_context.h"
#include "core/engine/exit_code.h"

namespace provision {

// `version`: the version, what it runs on, and what is built in.
ExitCode RunVersion(CommandContext& context);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_VERSION_COMMAND_H_
