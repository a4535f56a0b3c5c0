#ifndef PROVISION_BUNDLES_NAME_RULES_H_
#define PROVISION_BUNDLES_NAME_RULES_H_

// Which names an archive may give its members (rule 3): those that mean the
// same to every reader, on every system, and cannot leave the destination.

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace provision {

inline constexpr size_t kMaxNameBytes = 1024;
inline constexpr size_t kMaxComponentBytes = 255;
inline constexpr size_t kMaxComponents = 64;

// Refuses `path`, a member's name without the slash that ends a directory's,
// unless it is valid UTF-8 and relative, has no empty, `.` or `..` component,
// no backslash, no drive prefix, no control, bidirectional or otherwise
// treacherous character, and is within the limits above. With `windows` also
// what that system reserves.
absl::Status CheckName(absl::string_view path, bool windows);

// The same for the target of the symlink `path`, in which `.` and `..` may
// stand; where it leads is decided on the whole tree (EntryTree).
absl::Status CheckLinkTarget(absl::string_view path, absl::string_view target,
                             bool windows);

}  // namespace provision

#endif  // PROVISION_BUNDLES_NAME_RULES_H_
