#ifndef PROVISION_CORE_CLI_INSPECT_COMMAND_H_
#define PROVISION_CORE_CLI_INSPECT_COMMAND_H_

#include "core/cli/command_context.h"
#include "core/engine/exit_code.h"

namespace provision {

// `inspect requirements FILE`: every entry and every fault of a requirement
// file with its position, and where pip and uv would read it differently. 65 if
// there is a fault.
ExitCode RunInspectRequirements(CommandContext& context);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_INSPECT_COMMAND_H_
