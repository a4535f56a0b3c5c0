#ifndef PROVISION_CORE_HOST_LOCK_TARGET_H_
#define PROVISION_CORE_HOST_LOCK_TARGET_H_

// The platforms that a lock can be made for, by name (bundles.md 3.1).

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/api/facts.h"
#include "core/api/lock.pb.h"

namespace provision {

// "debian-12/amd64", "windows-11/arm64", or an ABI floor that promises no
// distribution, "manylinux_2_28/amd64". `usage/target` for another name, with
// those that are near.
absl::StatusOr<Lock::Target> FindLockTarget(absl::string_view name);

// Every name of the table, in its order.
std::vector<std::string> LockTargetNames();

// This host as a target: its own name, else that of the distribution that it is
// based on. `usage/target` where neither is known.
absl::StatusOr<Lock::Target> HostLockTarget(Facts& facts);

// The target of `lock` that the answers for `host` are found under: the one of
// its name, else the one with the newest C library that is not newer than the
// host's. nullptr if there is none.
const Lock::Target* TargetForHost(const Lock& lock, const Lock::Target& host);

}  // namespace provision

#endif  // PROVISION_CORE_HOST_LOCK_TARGET_H_
