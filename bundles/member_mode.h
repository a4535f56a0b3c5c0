#ifndef PROVISION_BUNDLES_MEMBER_MODE_H_
#define PROVISION_BUNDLES_MEMBER_MODE_H_

// Permission bits of a member (rule 7): only the owner's execute bit is used.

#include <cstdint>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/api/archive.h"

namespace provision {

// Refuses set-uid, set-gid, sticky and what others or the group may write,
// unless the profile lets it be ignored; `allowances` then says so.
absl::Status CheckMode(absl::string_view path, ArchiveEntry::Type type,
                       uint32_t mode, ArchiveProfile profile,
                       std::set<std::string>* allowances);

inline bool IsExecutable(uint32_t mode) { return (mode & 0100) != 0; }

}  // namespace provision

#endif  // PROVISION_BUNDLES_MEMBER_MODE_H_
