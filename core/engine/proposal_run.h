#ifndef PROVISION_CORE_ENGINE_PROPOSAL_RUN_H_
#define PROVISION_CORE_ENGINE_PROPOSAL_RUN_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/api/proposal.pb.h"
#include "core/engine/action_sequence.h"
#include "core/engine/check_runner.h"
#include "core/engine/engine.h"
#include "core/engine/executor.h"
#include "core/engine/step_attempt.h"
#include "core/journal/journal.pb.h"
#include "core/journal/plan_history.h"
#include "core/plan/checked_plan.h"

namespace provision {

// Performs what was decided on: PROPOSED, the actions, the checks, STEP_DONE.
// Knows no other rung and no second try. Thread-safe; keeps everything by
// reference.
class ProposalRun {
 public:
  // What one step does, once. All by reference.
  struct Item {
    const CheckedStep& step;
    const Proposal& proposal;
    // Of a ladder, the one that is tried.
    const Rung* rung = nullptr;
    int attempt = 1;
  };

  ProposalRun(Engine& engine, Executor& executor, CheckRunner& checks,
              const PlanHistory& history);

  // One attempt each, in their order. None has to wait for another: they share
  // the syncs of their actions and that of their STEP_DONEs. One that fails
  // holds up no other. After a crash each action stands as it would alone, and
  // no step is done whose checks have not passed.
  std::vector<StepAttempt> Perform(const std::vector<Item>& items);

  // The checks of `proposal` or its rung, then those of the step's `verify`.
  absl::Status RunChecks(const Item& item);
  // Puts on record that the step is done, its checks passed. `rung` is the one
  // that did it.
  absl::Status RecordDone(const Item& item, absl::string_view rung);

 private:
  // Puts on record what is going to be done. It becomes durable with the first
  // INTENT.
  absl::StatusOr<std::vector<StepAction>> Begin(const Item& item);
  // Fills in how the actions ended, and runs the checks if they are done.
  void Judge(const Item& item, const SequenceEnd& end, StepAttempt* attempt);
  absl::Status RunCheck(const Item& item, const Check& check);

  Engine& engine_;
  Executor& executor_;
  CheckRunner& checks_;
  const PlanHistory& history_;
};

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_PROPOSAL_RUN_H_
