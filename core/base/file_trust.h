#ifndef PROVISION_CORE_BASE_FILE_TRUST_H_
#define PROVISION_CORE_BASE_FILE_TRUST_H_

// Whose a file is, and who could exchange it (reliability.md 11).

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/base/system.h"

namespace provision {

// "Ours": root's, the effective user's or, under sudo, the caller's
// (SUDO_UID). In a user namespace that does not map 0, the overflow uid counts
// as root.
bool IsOurs(System& system, uint32_t uid);

// "Safe": ours, and nobody else can write it or exchange it or a part of its
// path, link by link: no write for others, nor for a group with other members
// than the owner; a directory with the sticky bit is no danger to ours in it.
// Why `path` (absolute) is not safe, in words; nullopt if it is. An error means
// that it could not be found out.
absl::StatusOr<absl::optional<std::string>> WhyNotSafe(System& system,
                                                       absl::string_view path);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_FILE_TRUST_H_
