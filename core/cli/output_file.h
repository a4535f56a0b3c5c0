#ifndef PROVISION_CORE_CLI_OUTPUT_FILE_H_
#define PROVISION_CORE_CLI_OUTPUT_FILE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/cli/command_context.h"

namespace provision {

// Writes what a command was asked to put into `file`, which is relative to the
// working directory: whole or not at all. `usage/output-exists`
// (kAlreadyExists) if it is there: nothing is overwritten.
absl::Status WriteOutputFile(CommandContext& context, absl::string_view file,
                             absl::string_view content);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_OUTPUT_FILE_H_
