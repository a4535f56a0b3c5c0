#ifndef PROVISION_CORE_BASE_TERMINAL_PROMPT_H_
#define PROVISION_CORE_BASE_TERMINAL_PROMPT_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/secret.h"

namespace provision {

// Asks at the controlling terminal and reads a line, which is not shown.
// Without a terminal `secret/unavailable`; kCancelled after a stop request. The
// terminal is as before in any case.
absl::StatusOr<Secret> PromptAtTerminal(absl::string_view question);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_TERMINAL_PROMPT_H_
