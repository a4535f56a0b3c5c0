#ifndef PROVISION_CORE_CLI_BUNDLE_INSPECT_COMMAND_H_
#define PROVISION_CORE_CLI_BUNDLE_INSPECT_COMMAND_H_

#include "core/cli/command_context.h"
#include "core/engine/exit_code.h"

namespace provision {

// `bundle inspect`: what it is, for whom, and whom it comes from.
ExitCode RunBundleInspect(CommandContext& context);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_BUNDLE_INSPECT_COMMAND_H_
