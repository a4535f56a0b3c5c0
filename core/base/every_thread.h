#ifndef PROVISION_CORE_BASE_EVERY_THREAD_H_
#define PROVISION_CORE_BASE_EVERY_THREAD_H_

#include "absl/status/status.h"

namespace provision {

// Has every thread of this process make the same call, and those too that are
// begun meanwhile: for what Linux keeps for each thread and we mean for the
// process. The others make it in a signal handler, so `call` may do system
// calls only; it returns 0 or an errno value, and the first that is not 0 is
// the error. kInternal if a thread does not answer within 5 s because it blocks
// signals.
absl::Status CallOnEveryThread(int (*call)(int argument), int argument);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_EVERY_THREAD_H_
