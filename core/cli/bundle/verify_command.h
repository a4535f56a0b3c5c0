#ifndef PROVISION_CORE_CLI_BUNDLE_VERIFY_COMMAND_H_
#define PROVISION_CORE_CLI_BUNDLE_VERIFY_COMMAND_H_

#include "core/cli/command_context.h"
#include "core/engine/exit_code.h"

namespace provision {

// `bundle verify`: who vouches for it, and whether every byte is as they said.
ExitCode RunBundleVerify(CommandContext& context);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_BUNDLE_VERIFY_COMMAND_H_
