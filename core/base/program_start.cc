#include "core/base/program_start.h"

#include <sys/auxv.h>
#include <sys/resource.h>

#include <cerrno>

#include "core/base/diagnostic.h"
#include "core/base/stop_requests.h"

namespace provision {

absl::Status StartProgram() {
  if (getauxval(AT_SECURE) != 0) {
    return DiagnosticError(absl::StatusCode::kPermissionDenied,
                           "privilege/secure-execution",
                           "this program does not run set-uid, set-gid or with "
                           "file capabilities")
        .Next("start it as the user who shall own the changes, or with sudo");
  }
  const rlimit none = {0, 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0) {
    return ErrnoError(errno, "setrlimit RLIMIT_CORE");
  }
  return InstallStopRequests();
}

}  // namespace provision
