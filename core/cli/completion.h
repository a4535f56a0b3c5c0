#ifndef PROVISION_CORE_CLI_COMPLETION_H_
#define PROVISION_CORE_CLI_COMPLETION_H_

#include <string>

#include "absl/strings/string_view.h"

namespace provision {

// The completion script for `shell` (bash, zsh or fish), made from the tables
// of commands and flags; empty for another shell. It stands alone: completing
// runs no program, this one included.
std::string CompletionScript(absl::string_view shell);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_COMPLETION_H_
