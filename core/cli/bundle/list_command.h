#ifndef PROVISION_CORE_CLI_BUNDLE_LIST_COMMAND_H_
#define PROVISION_CORE_CLI_BUNDLE_LIST_COMMAND_H_

#include "core/cli/command_context.h"
#include "core/engine/exit_code.h"

namespace provision {

// `bundle list`: every artifact in it.
ExitCode RunBundleList(CommandContext& context);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_BUNDLE_LIST_COMMAND_H_
