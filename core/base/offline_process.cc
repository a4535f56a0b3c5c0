#include "core/base/offline_process.h"

#include <string>

#include "core/base/every_thread.h"
#include "core/base/isolation.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

const absl::StatusOr<std::string>& Program() {
  static const auto* const program =
      new absl::StatusOr<std::string>(SeccompProgram(/*read_only=*/false));
  return *program;
}

int HoldThisThread(int) {
  const int error = ForbidNewPrivileges();
  return error != 0 ? error : EnterSeccomp(*Program());
}

}  // namespace

absl::StatusOr<bool> HoldThisProcessOffline() {
  PROVISION_RETURN_IF_ERROR(Program().status());
  if (Program()->empty()) return false;
  PROVISION_RETURN_IF_ERROR(CallOnEveryThread(&HoldThisThread, 0));
  return true;
}

}  // namespace provision
