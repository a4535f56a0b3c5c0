#ifndef PROVISION_CORE_CLI_BUNDLE_SIGN_COMMAND_H_
#define PROVISION_CORE_CLI_BUNDLE_SIGN_COMMAND_H_

#include "core/cli/command_context.h"
#include "core/engine/exit_code.h"

namespace provision {

// `bundle sign`: the bundle with one more signature, as another file.
ExitCode RunBundleSign(CommandContext& context);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_BUNDLE_SIGN_COMMAND_H_
