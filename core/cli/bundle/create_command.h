#ifndef PROVISION_CORE_CLI_BUNDLE_CREATE_COMMAND_H_
#define PROVISION_CORE_CLI_BUNDLE_CREATE_COMMAND_H_

#include "core/cli/command_context.h"
#include "core/engine/exit_code.h"

namespace provision {

// `bundle create`: everything the plan needs on this host, in one file.
ExitCode RunBundleCreate(CommandContext& context);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_BUNDLE_CREATE_COMMAND_H_
