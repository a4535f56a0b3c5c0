#ifndef PROVISION_TOOLS_CRASH_SWEEP_CASES_H_
#define PROVISION_TOOLS_CRASH_SWEEP_CASES_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tools/crash/convergence.h"

namespace provision {

// Every case of one kind of fault over the calls of a trace:
//
//   kill    before and after each call; each write torn at 1, 50 and 99 %
//   double  before every third call, then before every third of as many calls
//   errno   each call fails once and from there on, with each errno of T4 that
//           it can give
//   sync    each sync fails once with EIO
//   short   each write, once
//   cut     the power is cut after each call, and at the end
//   replay  what a disk may hold after each call: all, nothing and, three
//   times,
//           some of what was not synced
//   signal  SIGINT, SIGTERM and SIGHUP once; SIGINT two and three times
//
// `journal` is "audited", "trusted" or "both". kInvalidArgument for any other
// word.
absl::StatusOr<std::vector<CrashCase>> SweepCases(
    const std::vector<TracedCall>& trace, absl::string_view faults,
    absl::string_view journal);

// Keeps `count` of them, chosen by `seed`, in their order; 0 keeps all.
void Sample(int count, int seed, std::vector<CrashCase>* cases);

}  // namespace provision

#endif  // PROVISION_TOOLS_CRASH_SWEEP_CASES_H_
