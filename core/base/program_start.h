#ifndef PROVISION_CORE_BASE_PROGRAM_START_H_
#define PROVISION_CORE_BASE_PROGRAM_START_H_

#include "absl/status/status.h"

namespace provision {

// What main does before anything else: refuses to run set-uid, set-gid or with
// file capabilities (`privilege/secure-execution`), turns core dumps off, for
// children too, and installs the handlers of stop requests (reliability.md 9.1,
// 10, 11).
absl::Status StartProgram();

}  // namespace provision

#endif  // PROVISION_CORE_BASE_PROGRAM_START_H_
