#ifndef PROVISION_CORE_BASE_OFFLINE_PROCESS_H_
#define PROVISION_CORE_BASE_OFFLINE_PROCESS_H_

#include "absl/status/statusor.h"

namespace provision {

// From here on this process, with all its threads, and every process that it
// starts open no socket but AF_UNIX ones. There is no way back, nor to more
// privileges. False, without effect, where the kernel has no seccomp: the
// caller says so.
absl::StatusOr<bool> HoldThisProcessOffline();

}  // namespace provision

#endif  // PROVISION_CORE_BASE_OFFLINE_PROCESS_H_
