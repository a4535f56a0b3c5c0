#ifndef PROVISION_CORE_CLI_BUNDLE_KEYGEN_COMMAND_H_
#define PROVISION_CORE_CLI_BUNDLE_KEYGEN_COMMAND_H_

#include "core/cli/command_context.h"
#include "core/engine/exit_code.h"

namespace provision {

// `bundle keygen`: NAME.key, under a passphrase, and NAME.pub.
ExitCode RunBundleKeygen(CommandContext& context);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_BUNDLE_KEYGEN_COMMAND_H_
