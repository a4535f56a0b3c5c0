#ifndef PROVISION_TOOLS_CRASH_TRACER_H_
#define PROVISION_TOOLS_CRASH_TRACER_H_

// Runs a program under ptrace, counts every mutating system call of its whole
// process tree in one order, and does one fault at a number of that order
// (spec/reliability.md 14.2, T1, T4, T8):
//
//   TraceResult counted = *Trace({.argv = argv});
//   for (int n = 1; n <= counted.calls; ++n) {
//     Trace({.argv = argv, .fault = {Fault::Kind::kKillBefore, n}});
//   }
//
// The order is stable where only one thread of the tree changes something at a
// time: `provision --jobs 1` and children with one thread.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tools/crash/traced_call.h"

namespace provision {

struct Fault {
  enum class Kind {
    kNone,
    kKillBefore,  // the whole tree, or see own_process; it does not happen
    kKillAfter,   // the whole tree, once the call is done
    kTorn,        // a write of `percent` of its length, then as kKillAfter
    kShort,       // a write of `percent` of its length, and nothing else
    kErrno,       // the call fails with `error_number`
    kSignal,      // `signal` to the program itself, `repeat` times
  };
  Kind kind = Kind::kNone;
  int at = 0;  // the number of the call; 0 never comes
  int percent = 50;
  int error_number = 0;
  bool sticky = false;  // kErrno: from there on, not once
  int signal = 0;
  int repeat = 1;

  // "kill before call 17".
  std::string Text() const;
};

struct TraceOptions {
  std::vector<std::string> argv;
  std::vector<std::string> environment = {};
  std::string directory = "/";
  // Standard output and error, appended, and no input. Empty: those of the
  // caller, input too.
  std::string output = "/dev/null";
  Fault fault = {};
  // Counted, disturbed and killed is the program's process alone; others end as
  // they do without it, and are waited for.
  bool own_process = false;
  bool keep_trace = false;  // every call in TraceResult::trace, opens too
  absl::Duration deadline = absl::Seconds(60);
};

struct TraceResult {
  int calls = 0;  // counted
  // The fault was done; it is not if the program ended before, or the call
  // there is no write and should have been torn.
  bool fired = false;
  bool killed = false;   // by the fault
  bool overdue = false;  // killed at the deadline: it hangs
  int exit_code = -1;    // of the program; -1 if a signal ended it
  int end_signal = 0;    // which
  std::vector<TracedCall> trace;
};

// An error only if the program could not be started and traced at all.
absl::StatusOr<TraceResult> Trace(const TraceOptions& options);

}  // namespace provision

#endif  // PROVISION_TOOLS_CRASH_TRACER_H_
