#ifndef PROVISION_CORE_BASE_TRUSTED_PATH_H_
#define PROVISION_CORE_BASE_TRUSTED_PATH_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/base/descriptor.h"

namespace provision {

// Whose links may be followed on the way to the base of changes.
struct LinkOwners {
  uint32_t user = 0;
  // The id that the kernel shows for unmapped users, where this user namespace
  // does not map 0: there root's files show it.
  absl::optional<uint32_t> overflow;

  bool Trusts(uint32_t uid) const {
    return uid == 0 || uid == user || uid == overflow;
  }
};

// Of this process. `uid_map` is the text of /proc/self/uid_map, `overflow_uid`
// that of /proc/sys/kernel/overflowuid.
LinkOwners LinkOwnersFrom(uint32_t user, absl::string_view uid_map,
                          absl::string_view overflow_uid);

struct TrustedPath {
  Descriptor descriptor;  // of the directory, for reading
  std::string path;       // with every link resolved
};

// Walks the absolute `path` component by component and follows only links whose
// owner is trusted; any other is kPermissionDenied with the id `host/link`. A
// magic link of /proc is followed by its text alone.
absl::StatusOr<TrustedPath> OpenTrustedDirectory(absl::string_view path,
                                                 const LinkOwners& owners);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_TRUSTED_PATH_H_
