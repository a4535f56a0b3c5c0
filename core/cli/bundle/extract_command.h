#ifndef PROVISION_CORE_CLI_BUNDLE_EXTRACT_COMMAND_H_
#define PROVISION_CORE_CLI_BUNDLE_EXTRACT_COMMAND_H_

#include "core/cli/command_context.h"
#include "core/engine/exit_code.h"

namespace provision {

// `bundle extract`: artifacts as published, into a new folder.
ExitCode RunBundleExtract(CommandContext& context);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_BUNDLE_EXTRACT_COMMAND_H_
