#ifndef PROVISION_TOOLS_CRASH_CONVERGENCE_H_
#define PROVISION_TOOLS_CRASH_CONVERGENCE_H_

// One case of a sweep: a plan's command is disturbed, then run again, and
// everything that spec/reliability.md 1 promises about that is looked at.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/crash/loop_image.h"
#include "tools/crash/reference_plan.h"
#include "tools/crash/tracer.h"
#include "tools/crash/workspace.h"

namespace provision {

// What a plan leads to when nobody disturbs it.
struct UndisturbedRun {
  TreeSnapshot before;  // after the setup
  TreeSnapshot killed;  // after the command that is killed
  TreeSnapshot after;   // after the one that converges; mostly the same
  int exit_code = 0;    // of the command that converges
  int calls = 0;        // of the command that is killed
  std::vector<TracedCall> trace;  // of the killed command
};

// An error if the setup fails, or if counting twice gives two orders.
absl::StatusOr<UndisturbedRun> RunUndisturbed(Workspace& workspace,
                                              const ReferencePlan& plan);

struct CrashCase {
  Fault fault = {};
  Fault again = {};  // in the first run after that; kNone: none
  bool trust_journal = false;
  // The power is cut at the end of the disturbed run, killed or not.
  bool cut_power = false;
  // In place of a fault: a kill after call `replay`, and then what a disk may
  // hold of that run. Of what was not synced, `seed` says what is kept: 0
  // nothing, 1 all, else some of it.
  int replay = 0;
  int seed = 0;

  std::string Text() const;
};

struct CaseResult {
  bool fired = false;
  int exit_code = -1;  // of the disturbed run; -1: it was killed
  // What was not as promised; empty is good.
  std::vector<std::string> violations;
};

// Prepares the workspace, disturbs, runs again, judges. An error only if the
// case could not be run. `image` is what the workspace lies on, for cases that
// cut the power.
absl::StatusOr<CaseResult> RunCase(Workspace& workspace,
                                   const ReferencePlan& plan,
                                   const UndisturbedRun& undisturbed,
                                   const CrashCase& crash,
                                   LoopImage* image = nullptr);

}  // namespace provision

#endif  // PROVISION_TOOLS_CRASH_CONVERGENCE_H_
