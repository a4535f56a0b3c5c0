#ifndef PROVISION_CORE_BASE_LOCK_HOLDERS_H_
#define PROVISION_CORE_BASE_LOCK_HOLDERS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/base/system.h"

namespace provision {

struct LockHolder {
  int64_t pid = 0;
  std::string command;  // as the kernel shortens it: 15 bytes
};

// The processes that hold an open-file-description lock on the file `path`,
// sorted by id; only those that this user may look into. F_OFD_GETLK and
// /proc/locks do not tell, so /proc/PID/fdinfo is read.
std::vector<LockHolder> LockHolders(System& system, absl::string_view path);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_LOCK_HOLDERS_H_
