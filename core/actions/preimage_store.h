#ifndef PROVISION_CORE_ACTIONS_PREIMAGE_STORE_H_
#define PROVISION_CORE_ACTIONS_PREIMAGE_STORE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/actions/action_handler.h"
#include "core/actions/path_target.h"

namespace provision {

// Keeps the content of the file at `target` in undo/, durably, under the name
// that is returned: the SHA-256 of what is stored. Encrypted if `is_secret`.
// Content that is there already is not written again.
absl::StatusOr<std::string> SavePreimage(PathTarget& target, bool is_secret,
                                         ActionContext& context);

// The content as it was. kDataLoss `run/undo-damaged` if undo/ does not hold
// it.
absl::StatusOr<std::string> LoadPreimage(absl::string_view sha256,
                                         bool is_encrypted,
                                         ActionContext& context);

}  // namespace provision

#endif  // PROVISION_CORE_ACTIONS_PREIMAGE_STORE_H_
