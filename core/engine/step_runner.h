#ifndef PROVISION_CORE_ENGINE_STEP_RUNNER_H_
#define PROVISION_CORE_ENGINE_STEP_RUNNER_H_

// Brings one step to its end: propose, decide, perform, check, commit; rungs,
// retries and rollback of the step included.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "core/engine/check_runner.h"
#include "core/engine/engine.h"
#include "core/engine/executor.h"
#include "core/engine/planner.h"
#include "core/engine/proposal_run.h"
#include "core/engine/proposal_source.h"
#include "core/engine/scheduler.h"
#include "core/engine/step_attempt.h"
#include "core/engine/step_report.h"
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

  // Runs `steps` on the caller's thread: one, or several that SharingOf() lets
  // run together. `plans` is what the preview proposed, one for each step of
  // the plan; it is used as it is if nothing has been performed since. One end
  // each.
  std::vector<StepEnd> Run(const std::vector<int>& steps,
                           const std::vector<StepPlan>& plans);

 private:
  // Rungs of one step that failed in this invocation, which tries none again.
  struct FailedRungs {
    bool Has(const Rung& rung) const;
    void Add(const Rung& rung, const StepAttempt& attempt);
    // Those that the facts refused, then these.
    std::vector<Refusal> After(
        const google::protobuf::RepeatedPtrField<Refusal>& earlier) const;

    // A name may come twice; the rung is what it would do.
    std::set<std::string> keys;
    std::vector<Refusal> refused;
    StepAttempt last;
  };

  StepEnd RunAlone(int i, const StepPlan& planned);
  // One attempt of all at once.
  void RunShared(const std::map<int, StepPlan>& shared, absl::Duration begin,
                 std::map<int, StepEnd>* ends);
  StepAttempt Try(int i, const StepPlan& plan, int attempt,
                  FailedRungs* failed);
  // Nothing to perform; what an earlier run did may still wait for its checks.
  StepAttempt LeaveAsItIs(int i, const Proposal& proposal, FailedRungs* failed);
  StepAttempt TryRungs(int i, const Proposal& proposal, int attempt,
                       FailedRungs* failed);
  // Takes back a rung that failed. False: the run ends before that.
  bool GiveUp(const CheckedStep& step, const Rung& rung,
              const StepAttempt& attempt, FailedRungs* failed);
  void EmitStarted(const CheckedStep& step, const Proposal& proposal);
  // Takes a failed step back if it asks for that, and reports its end.
  StepEnd Finish(int i, const StepAttempt& attempt, absl::Duration duration);
  bool WaitForRetry(int i, int attempt);

  Engine& engine_;
  const CheckedPlan& plan_;
  ProposalSource& proposals_;
  Executor& executor_;
  const PlanHistory& history_;
  const std::set<std::string>& in_doubt_;
  ProposalRun proposal_run_;
  StepReport report_;
};

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_STEP_RUNNER_H_
