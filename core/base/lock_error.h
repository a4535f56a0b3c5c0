#ifndef PROVISION_CORE_BASE_LOCK_ERROR_H_
#define PROVISION_CORE_BASE_LOCK_ERROR_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace provision {

// What Directory::TryLock() says when the system call failed: kUnimplemented
// `host/no-locks` where `error_number` tells that the file system takes no OFD
// locks (host.md 8.5), else as ErrnoError().
absl::Status LockError(int error_number, absl::string_view path);

// Is it that error?
bool TakesNoLocks(const absl::Status& status);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_LOCK_ERROR_H_
