#include "core/engine/step_report.h"

#include <utility>

#include "core/base/diagnostic.h"
#include "core/engine/doubt.h"

namespace provision {
namespace {

Event::StepDone::Result ResultOf(StepAttempt::End end) {
  switch (end) {
    case StepAttempt::End::kAlreadySo:
      return Event::StepDone::ALREADY_SO;
    case StepAttempt::End::kChanged:
      return Event::StepDone::CHANGED;
    case StepAttempt::End::kDoneOnce:
      return Event::StepDone::DONE_ONCE;
    case StepAttempt::End::kAssumed:
      return Event::StepDone::ASSUMED;
    case StepAttempt::End::kNotHere:
      return Event::StepDone::SKIPPED;
    default:
      return Event::StepDone::UNSPECIFIED;
  }
}

}  // namespace

StepReport::StepReport(Engine& engine, Executor& executor,
                       const PlanHistory& history, Tally& tally)
    : engine_(engine), executor_(executor), history_(history), tally_(tally) {}

StepEnd StepReport::End(const CheckedStep& step, const StepAttempt& attempt,
                        absl::Duration duration, bool rolled_back) {
  switch (attempt.end) {
    case StepAttempt::End::kChanged:
      tally_.AddChanged(attempt.actions);
      Done(step, attempt, duration);
      return HoldForReboot(step, attempt);
    case StepAttempt::End::kDoneOnce:
      RecordSkip(step, "done once");
      [[fallthrough]];
    case StepAttempt::End::kAlreadySo:
      tally_.AddAlreadySo();
      Done(step, attempt, duration);
      return HoldForReboot(step, attempt);
    case StepAttempt::End::kAssumed:
      RecordSkip(step, "taken as done");
      tally_.AddAlreadySo();
      Done(step, attempt, duration);
      return StepEnd::kSucceeded;
    case StepAttempt::End::kNotHere:
      RecordSkip(step, "for other platforms");
      tally_.AddSkipped();
      Done(step, attempt, duration);
      return StepEnd::kSucceeded;
    case StepAttempt::End::kInDoubt:
      return InDoubt(step, attempt);
    case StepAttempt::End::kNeedsReboot: {
      tally_.AddExit(ExitCode::kNeedsReboot);
      Event event = EventOf(step.id);
      event.mutable_waiting()->set_text("for a reboot");
      engine_.events.Emit(std::move(event));
      return StepEnd::kHeldBack;
    }
    case StepAttempt::End::kStopped:
      return StepEnd::kNotRun;
    case StepAttempt::End::kNeedsRoot:
    case StepAttempt::End::kFailed:
      break;
  }
  return Failed(step, attempt, duration, rolled_back);
}

void StepReport::Skipped(const CheckedStep& step) {
  RecordSkip(step, "its predecessors ended otherwise");
  tally_.AddSkipped();
  Event event = EventOf(step.id);
  event.mutable_step_done()->set_result(Event::StepDone::SKIPPED);
  engine_.events.Emit(std::move(event));
}

void StepReport::RecordSkip(const CheckedStep& step, absl::string_view reason) {
  JournalRecord record;
  record.mutable_skip()->set_step(step.id);
  record.mutable_skip()->set_reason(std::string(reason));
  // Nothing depends on it; a journal that cannot be written is noticed, and
  // ends the run.
  executor_.Append(std::move(record)).IgnoreError();
}

void StepReport::Done(const CheckedStep& step, const StepAttempt& attempt,
                      absl::Duration duration) {
  Event event = EventOf(step.id);
  Event::StepDone* done = event.mutable_step_done();
  done->set_result(ResultOf(attempt.end));
  const bool as_asked = attempt.end == StepAttempt::End::kAlreadySo ||
                        attempt.end == StepAttempt::End::kDoneOnce;
  done->set_text(as_asked && attempt.text.empty() && HasActedFor(step.id)
                     ? attempt.end == StepAttempt::End::kDoneOnce
                           ? "committed in this run"
                           : "committed in this run, effect still there"
                     : attempt.text);
  done->set_duration_ms(absl::ToInt64Milliseconds(duration));
  done->set_actions(attempt.actions);
  if (!attempt.rung.empty()) done->set_rung(attempt.rung);
  *done->mutable_refused() = {attempt.refused.begin(), attempt.refused.end()};
  engine_.events.Emit(std::move(event));
}

bool StepReport::HasActedFor(const std::string& step) const {
  const RunHistory* run = history_.last_run();
  return run != nullptr && !run->done().has_value() && run->HasActedFor(step);
}

StepEnd StepReport::InDoubt(const CheckedStep& step,
                            const StepAttempt& attempt) {
  tally_.AddInDoubt(executor_.committed_count(step.id));
  Event event = EventOf(step.id);
  *event.mutable_in_doubt() = InDoubtEvent(attempt.status);
  engine_.events.Emit(std::move(event));
  return StepEnd::kHeldBack;
}

StepEnd StepReport::Failed(const CheckedStep& step, const StepAttempt& attempt,
                           absl::Duration duration, bool rolled_back) {
  const ExitCode exit = ExitOf(attempt);
  tally_.AddFailed(exit, executor_.committed_count(step.id));
  Event event = EventOf(step.id);
  Event::StepFailed* failed = event.mutable_step_failed();
  failed->set_text(attempt.text);
  *failed->mutable_diagnostic() =
      DiagnosticFromStatus(AboutStep(step, attempt.status));
  failed->set_duration_ms(absl::ToInt64Milliseconds(duration));
  *failed->mutable_refused() = {attempt.refused.begin(), attempt.refused.end()};
  if (!attempt.guide.empty()) failed->set_guide(attempt.guide);
  if (rolled_back) failed->set_rolled_back(true);
  failed->set_exit(static_cast<int>(exit));
  engine_.events.Emit(std::move(event));
  return attempt.end == StepAttempt::End::kNeedsRoot ? StepEnd::kHeldBack
                                                     : StepEnd::kFailed;
}

// A step that asks for a reboot holds its dependants until the boot of its
// commits is over.
StepEnd StepReport::HoldForReboot(const CheckedStep& step,
                                  const StepAttempt& attempt) {
  if (!attempt.reboot_after || !executor_.ActedInThisBoot(step.id)) {
    return StepEnd::kSucceeded;
  }
  tally_.AddExit(ExitCode::kNeedsReboot);
  return StepEnd::kHeldBack;
}

ExitCode StepReport::ExitOf(const StepAttempt& attempt) const {
  if (attempt.end == StepAttempt::End::kNeedsRoot) {
    return ExitCode::kNeedsPrivilege;
  }
  if (executor_.durability_lost() || IsNotDurable(attempt.status)) {
    return ExitCode::kNotDurable;
  }
  if (DiagnosticId(attempt.status) == "plan/consent" &&
      executor_.begun() == 0) {
    return ExitCode::kRefused;
  }
  const RunHistory* run = history_.last_run();
  const bool earlier =
      run != nullptr && !run->done().has_value() && !run->committed().empty();
  return executor_.begun() > 0 || earlier ? ExitCode::kStopped
                                          : ExitCode::kFailed;
}

}  // namespace provision
