#ifndef PROVISION_CORE_CLI_SERVE_COMMAND_H_
#define PROVISION_CORE_CLI_SERVE_COMMAND_H_

#include "core/cli/command_context.h"
#include "core/engine/exit_code.h"

namespace provision {

// `serve NAME`: the built-in provisioner NAME over the wire of plugins, on the
// descriptors that a host gave it, until the host has no more requests.
ExitCode RunServe(CommandContext& context);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_SERVE_COMMAND_H_
