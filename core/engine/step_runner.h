#ifndef PROVISION_CORE_ENGINE_STEP_RUNNER_H_
#define PROVISION_CORE_ENGINE_STEP_RUNNER_H_

// Brings one step to its end: propose, decide, perform, check, commit; rungs,
// retries and rollback of the step included.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/engine/check_runner.h"
#include "core/engine/engine.h"
#include "core/engine/executor.h"
#include "core/engine/planner.h"
#include "core/engine/proposal_source.h"
#include "core/engine/scheduler.h"
#include "core/engine/tally.h"
#include "core/journal/plan_history.h"
#include "core/plan/checked_plan.h"

namespace provision {

// Thread-safe; keeps everything by reference.
class StepRunner {
 public:
  // `in_doubt` are the steps that recovery could not decide.
  StepRunner(Engine& engine, const CheckedPlan& plan, ProposalSource& proposals,
             Executor& executor, CheckRunner& checks,
             const PlanHistory& history, const std::set<std::string>& in_doubt,
             Tally& tally);

  // Runs step `i` on the caller's thread. `planned` is what the preview
  // proposed; it is used as it is if nothing has been performed since.
  StepEnd Run(int i, const StepPlan& planned);

 private:
  // How one attempt ended.
  struct Attempt {
    enum class End {
      kAlreadySo,
      kChanged,
      kDoneOnce,
      kAssumed,
      kNotHere,
      kFailed,
      kInDoubt,
      kNeedsRoot,
      kNeedsReboot,
      kStopped,
    };
    End end = End::kFailed;
    absl::Status status;
    std::string text;  // what the step's line says
    std::string rung;
    int actions = 0;
    bool reboot_after = false;
    // What failed must not be started again by a retry.
    bool unsafe = false;
    std::vector<Refusal> refused;
    std::string guide;
  };

  Attempt Try(int i, const StepPlan& plan, int attempt,
              std::set<std::string>* failed_rungs);
  Attempt TryRungs(int i, const Proposal& proposal, int attempt,
                   std::set<std::string>* failed_rungs);
  // Performs the actions in order and runs the checks.
  Attempt PerformAll(int i, const Proposal& proposal, absl::string_view rung,
                     const google::protobuf::RepeatedPtrField<Action>& actions,
                     const google::protobuf::RepeatedPtrField<Check>& checks,
                     int attempt);
  absl::Status RunChecks(
      int i, const Proposal& proposal,
      const google::protobuf::RepeatedPtrField<Check>& checks);
  // Does an earlier run's work still wait for its checks?
  bool ChecksAreDue(const std::string& step) const;
  StepEnd Finish(int i, Attempt attempt, absl::Duration duration);
  StepEnd HoldForReboot(const std::string& step, const Attempt& attempt);
  bool WaitForRetry(int i, int attempt);
  ExitCode ExitOfFailure(const absl::Status& status) const;

  Engine& engine_;
  const CheckedPlan& plan_;
  ProposalSource& proposals_;
  Executor& executor_;
  CheckRunner& checks_;
  const PlanHistory& history_;
  const std::set<std::string>& in_doubt_;
  Tally& tally_;
};

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_STEP_RUNNER_H_
