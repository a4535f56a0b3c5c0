#ifndef PROVISION_BUNDLES_PAX_HEADER_H_
#define PROVISION_BUNDLES_PAX_HEADER_H_

// The records of a pax extended header (rule 9): `LENGTH KEY=VALUE\n` each.

#include <cstdint>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/api/archive.h"

namespace provision {

inline constexpr uint64_t kMaxPaxHeader = 64 << 10;

// What a header changes in the entry after it. Times, owners and comments are
// checked and dropped.
struct PaxHeader {
  absl::optional<std::string> path;
  absl::optional<std::string> link_path;
  absl::optional<uint64_t> size;
};

enum class PaxScope { kLocal, kGlobal };

// Parses all of `records`. A key twice, an unknown key, one that its scope may
// not have and anything malformed is refused; attributes that upstream archives
// may carry are dropped and named in `allowances`. `member` is for messages.
absl::StatusOr<PaxHeader> ParsePaxHeader(absl::string_view records,
                                         PaxScope scope, ArchiveProfile profile,
                                         absl::string_view member,
                                         std::set<std::string>* allowances);

}  // namespace provision

#endif  // PROVISION_BUNDLES_PAX_HEADER_H_
