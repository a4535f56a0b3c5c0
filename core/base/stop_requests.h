#ifndef PROVISION_CORE_BASE_STOP_REQUESTS_H_
#define PROVISION_CORE_BASE_STOP_REQUESTS_H_

// Requests to stop, as signals of this process (reliability.md 9.1). One per
// process, as signals are.

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace provision {

// From here on SIGINT, SIGTERM and SIGHUP count as one request, SIGQUIT as the
// second, and the third ends the process at once with exit code 6. SIGPIPE and
// SIGXFSZ are ignored and arrive as EPIPE and EFBIG. A SIGHUP that was ignored
// (nohup) stays so. To be called once, by main, before there are threads.
absl::Status InstallStopRequests();

// 0 as long as none came, and always before InstallStopRequests().
int StopRequestCount();
int LastStopSignal();

// A descriptor that is readable from request number `level` (1 or 2) on, never
// read; -1 before InstallStopRequests().
int StopRequestDescriptor(int level);

// Waits; true if a new request ended it early.
bool WaitForStopRequest(absl::Duration duration);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_STOP_REQUESTS_H_
