#include "core/base/lock_error.h"

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"

namespace provision {
namespace {

constexpr char kId[] = "host/no-locks";
// Not in errno.h: an NFS server that does not know the call.
constexpr int kNotSupportedByServer = 524;

bool TellsOfNoLocks(int error_number) {
  switch (error_number) {
    case ENOLCK:
    case ENOSYS:
    case EINVAL:
    case EBADF:
    case EOPNOTSUPP:
    case kNotSupportedByServer:
      return true;
    default:
      return false;
  }
}

}  // namespace

absl::Status LockError(int error_number, absl::string_view path) {
  if (!TellsOfNoLocks(error_number)) {
    return ErrnoError(error_number, absl::StrCat("lock ", path));
  }
  return DiagnosticError(absl::StatusCode::kUnimplemented, kId,
                         absl::StrCat(path, ": cannot be locked"))
      .Found(absl::StrCat("error ", error_number, " of the file system"));
}

bool TakesNoLocks(const absl::Status& status) {
  return DiagnosticId(status) == kId;
}

}  // namespace provision
