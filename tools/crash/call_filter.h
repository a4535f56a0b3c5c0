#ifndef PROVISION_TOOLS_CRASH_CALL_FILTER_H_
#define PROVISION_TOOLS_CRASH_CALL_FILTER_H_

// A seccomp program that stops a process for its tracer before each call of
// MutatingCalls() and lets every other one pass at full speed.

#include <linux/filter.h>

#include <vector>

namespace provision {

// Writes to descriptors 0 to 2 pass. Opens for reading pass too, unless
// `every_open`; openat2 always stops, for its flags are in memory.
std::vector<sock_filter> CallFilter(bool every_open);

}  // namespace provision

#endif  // PROVISION_TOOLS_CRASH_CALL_FILTER_H_
