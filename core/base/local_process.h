#ifndef PROVISION_CORE_BASE_LOCAL_PROCESS_H_
#define PROVISION_CORE_BASE_LOCAL_PROCESS_H_

#include "absl/status/statusor.h"
#include "core/base/process.h"

namespace provision {

// System::Run on this machine. `limits/no-controller` and `limits/not-applied`
// refuse a limit that nothing would keep; everything else that keeps a command
// from starting is an ErrnoError.
absl::StatusOr<ProcessResult> RunLocalProcess(const ProcessSpec& spec);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_LOCAL_PROCESS_H_
