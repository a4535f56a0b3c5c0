#ifndef PROVISION_CORE_ENGINE_STEP_REPORT_H_
#define PROVISION_CORE_ENGINE_STEP_REPORT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/engine/engine.h"
#include "core/engine/executor.h"
#include "core/engine/exit_code.h"
#include "core/engine/scheduler.h"
#include "core/engine/step_attempt.h"
#include "core/engine/tally.h"
#include "core/journal/plan_history.h"
#include "core/plan/checked_plan.h"

namespace provision {

// Gives a step its end: its last event, what it adds to the tally, and what its
// dependants are told. Thread-safe; keeps everything by reference.
class StepReport {
 public:
  StepReport(Engine& engine, Executor& executor, const PlanHistory& history,
             Tally& tally);

  // A step that its predecessors' outcomes do not ask for.
  void Skipped(const CheckedStep& step);
  // `rolled_back`: everything that the step did is taken back.
  StepEnd End(const CheckedStep& step, const StepAttempt& attempt,
              absl::Duration duration, bool rolled_back);

 private:
  void Done(const CheckedStep& step, const StepAttempt& attempt,
            absl::Duration duration);
  // Puts on record why nothing was performed.
  void RecordSkip(const CheckedStep& step, absl::string_view reason);
  // Has the run that this one goes on with committed anything for `step`?
  bool HasActedFor(const std::string& step) const;
  StepEnd InDoubt(const CheckedStep& step, const StepAttempt& attempt);
  StepEnd Failed(const CheckedStep& step, const StepAttempt& attempt,
                 absl::Duration duration, bool rolled_back);
  StepEnd HoldForReboot(const CheckedStep& step, const StepAttempt& attempt);
  ExitCode ExitOf(const StepAttempt& attempt) const;

  Engine& engine_;
  Executor& executor_;
  const PlanHistory& history_;
  Tally& tally_;
};

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_STEP_REPORT_H_
