#include "core/engine/step_runner.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/diagnostic.h"
#include "core/base/serialize.h"
#include "core/base/status_macros.h"
#include "core/engine/check_text.h"
#include "core/engine/proposal_check.h"

namespace provision {
namespace {

constexpr int kDefaultTimeoutS = 3600;

Event EventOf(const CheckedStep& step) {
  Event event;
  event.set_step(step.id);
  return event;
}

// The place of the step, and the action, where a failure has none.
absl::Status AboutStep(const CheckedStep& step, const absl::Status& status) {
  Diagnostic diagnostic = DiagnosticFromStatus(status);
  if (!diagnostic.has_place()) PlaceDiagnostic(step, &diagnostic);
  diagnostic.set_step(step.id);
  return StatusFromDiagnostic(status.code(), diagnostic);
}

Refusal RefusalOfRung(const Rung& rung, const absl::Status& status) {
  const Diagnostic diagnostic = DiagnosticFromStatus(status);
  Refusal refusal;
  refusal.set_rung(rung.name());
  refusal.set_reason(diagnostic.message());
  for (const Diagnostic::Detail& detail : diagnostic.detail()) {
    refusal.add_evidence(absl::StrCat(detail.label(), ": ", detail.text()));
  }
  return refusal;
}

// The last rung failed: what was tried, with the last error's id and advice.
absl::Status LadderFailed(const Proposal& proposal,
                          const std::vector<Refusal>& refused,
                          const absl::Status& last) {
  DiagnosticError error(last.code(), "step/ladder",
                        absl::StrCat("no rung gave ", proposal.title()));
  for (const Refusal& refusal : refused) {
    error.Tried(absl::StrCat(refusal.rung(), ": ", refusal.reason()));
  }
  const Diagnostic why = DiagnosticFromStatus(last);
  for (const std::string& next : why.next()) error.Next(next);
  if (!proposal.guide().empty()) error.Next(proposal.guide());
  return error;
}

}  // namespace

StepRunner::StepRunner(Engine& engine, const CheckedPlan& plan,
                       ProposalSource& proposals, Executor& executor,
                       CheckRunner& checks, const PlanHistory& history,
                       const std::set<std::string>& in_doubt, Tally& tally)
    : engine_(engine),
      plan_(plan),
      proposals_(proposals),
      executor_(executor),
      checks_(checks),
      history_(history),
      in_doubt_(in_doubt),
      tally_(tally) {}

StepEnd StepRunner::Run(int i, const StepPlan& planned) {
  const CheckedStep& step = plan_.steps[i];
  const absl::Duration begin = engine_.system.MonotonicClock();
  const auto elapsed = [&] { return engine_.system.MonotonicClock() - begin; };
  if (in_doubt_.count(step.id) > 0) {
    Attempt attempt;
    attempt.end = Attempt::End::kInDoubt;
    attempt.status =
        DiagnosticError(absl::StatusCode::kFailedPrecondition, "run/in-doubt",
                        "an action was begun and nobody can tell how it ended")
            .Next(absl::StrCat("--redo ", step.id, " performs it again"))
            .Next(absl::StrCat("--assume-done ", step.id, " takes it as done"));
    return Finish(i, std::move(attempt), elapsed());
  }
  const int attempts = std::max(1, step.step.retry().attempts());
  std::set<std::string> failed_rungs;
  Attempt last;
  for (int attempt = 1; attempt <= attempts; ++attempt) {
    const bool unchanged = attempt == 1 && executor_.begun_count() == 0;
    last = Try(i, proposals_.AtTurn(i, planned, unchanged), attempt,
               &failed_rungs);
    if (last.end != Attempt::End::kFailed) break;
    if (engine_.system.stop_requests() > 0) {
      last.end = Attempt::End::kStopped;
      break;
    }
    const JournalRecord::Fail::Class failure = ClassifyFailure(last.status);
    const bool transient = failure == JournalRecord::Fail::TRANSIENT ||
                           failure == JournalRecord::Fail::DEADLINE;
    if (!transient || last.unsafe || attempt == attempts ||
        executor_.durability_lost() || !WaitForRetry(i, attempt)) {
      break;
    }
  }
  return Finish(i, std::move(last), elapsed());
}

bool StepRunner::WaitForRetry(int i, int attempt) {
  const CheckedStep& step = plan_.steps[i];
  if (engine_.system.stop_requests() > 0) return false;
  const int base =
      step.step.retry().has_backoff_s() ? step.step.retry().backoff_s() : 1;
  const absl::Duration wait =
      absl::Seconds(base) * (1 << std::min(attempt - 1, 10));
  Event event = EventOf(step);
  event.mutable_waiting()->set_text(absl::StrCat(
      "for try ", attempt + 1, " of ", step.step.retry().attempts()));
  engine_.events.Emit(std::move(event));
  return !engine_.system.Wait(wait);
}

StepRunner::Attempt StepRunner::Try(int i, const StepPlan& plan, int attempt,
                                    std::set<std::string>* failed_rungs) {
  const CheckedStep& step = plan_.steps[i];
  Attempt result;
  if (!plan.here) {
    result.end = Attempt::End::kNotHere;
    return result;
  }
  const Proposal& proposal = plan.proposal;
  result.refused = {proposal.refused().begin(), proposal.refused().end()};
  result.guide = proposal.guide();
  result.text = proposal.title();
  result.status = plan.status;
  if (result.status.ok()) result.status = RefusalOf(proposal);
  if (result.status.ok() && proposal.fidelity() == Proposal::UNKNOWN) {
    result.status =
        DiagnosticError(absl::StatusCode::kFailedPrecondition, "step/unknown",
                        "what this step would do is still unknown at its turn");
  }
  if (!result.status.ok()) return result;
  result.reboot_after = proposal.needs().reboot_after();
  if (IsAlreadySo(proposal)) {
    if (ChecksAreDue(step.id)) {
      result.status = RunChecks(i, proposal, proposal.check());
      if (!result.status.ok()) return result;
      JournalRecord record;
      record.mutable_step_done()->set_step(step.id);
      result.status = executor_.Append(std::move(record));
      if (!result.status.ok()) return result;
    }
    result.end = Attempt::End::kAlreadySo;
    return result;
  }
  if (proposal.needs().reboot_before()) {
    result.end = Attempt::End::kNeedsReboot;
    return result;
  }
  if (NeedsRoot(proposal) && engine_.system.identity().uid != 0) {
    result.end = Attempt::End::kNeedsRoot;
    result.status =
        DiagnosticError(absl::StatusCode::kPermissionDenied, "privilege/root",
                        absl::StrCat(proposal.title(), " needs root"));
    return result;
  }
  Event started = EventOf(step);
  started.mutable_step_started()->set_actions(FirstActions(proposal).size());
  engine_.events.Emit(std::move(started));
  if (proposal.rung_size() > 0) {
    return TryRungs(i, proposal, attempt, failed_rungs);
  }
  Attempt performed =
      PerformAll(i, proposal, "", proposal.action(), proposal.check(), attempt);
  performed.guide = proposal.guide();
  performed.reboot_after = proposal.needs().reboot_after();
  if (performed.text.empty()) {
    performed.text =
        proposal.has_outcome() ? proposal.outcome() : proposal.title();
  }
  return performed;
}

StepRunner::Attempt StepRunner::TryRungs(int i, const Proposal& proposal,
                                         int attempt,
                                         std::set<std::string>* failed_rungs) {
  const CheckedStep& step = plan_.steps[i];
  std::vector<Refusal> refused(proposal.refused().begin(),
                               proposal.refused().end());
  Attempt last;
  for (const Rung& rung : proposal.rung()) {
    // A name may come twice; the rung is what it would do.
    const std::string key = DeterministicBytes(rung);
    if (failed_rungs->count(key) > 0) continue;
    // A run that was killed while it took a rung back has left the rest of it.
    executor_.UndoStep(step.id, Executor::Rungs::kOthers, rung.name());
    last = PerformAll(i, proposal, rung.name(), rung.action(), rung.check(),
                      attempt);
    last.rung = rung.name();
    last.reboot_after = proposal.needs().reboot_after();
    if (last.end != Attempt::End::kFailed) {
      if (last.text.empty()) {
        last.text = rung.has_outcome() ? rung.outcome() : rung.title();
      }
      last.refused = std::move(refused);
      return last;
    }
    failed_rungs->insert(key);
    refused.push_back(RefusalOfRung(rung, last.status));
    if (executor_.durability_lost() || engine_.system.stop_requests() > 0) {
      break;
    }
    const int left =
        executor_.UndoStep(step.id, Executor::Rungs::kThis, rung.name());
    if (left > 0) {
      refused.back().add_evidence(
          absl::StrCat(left, " of its actions could not be taken back"));
    }
  }
  last.end = Attempt::End::kFailed;
  if (!executor_.durability_lost()) {
    last.status = LadderFailed(proposal, refused, last.status);
  }
  last.refused = std::move(refused);
  last.guide = proposal.guide();
  return last;
}

StepRunner::Attempt StepRunner::PerformAll(
    int i, const Proposal& proposal, absl::string_view rung,
    const google::protobuf::RepeatedPtrField<Action>& actions,
    const google::protobuf::RepeatedPtrField<Check>& checks, int attempt) {
  const CheckedStep& step = plan_.steps[i];
  Attempt result;
  result.end = Attempt::End::kFailed;
  absl::StatusOr<std::vector<ActionId>> ids = IdentifyActions(
      step.id, actions, engine_.system, executor_.context().secrets);
  if (!ids.ok()) {
    result.status = ids.status();
    return result;
  }
  // Becomes durable with the first INTENT; tells how many actions it was of.
  JournalRecord proposed;
  proposed.mutable_proposed()->set_step(step.id);
  proposed.mutable_proposed()->set_rung(std::string(rung));
  *proposed.mutable_proposed()->mutable_proposal() = proposal;
  result.status = executor_.Append(std::move(proposed));
  if (!result.status.ok()) return result;
  int done_once = 0, assumed = 0;
  for (int a = 0; a < actions.size(); ++a) {
    if (engine_.system.stop_requests() > 0) {
      result.status = absl::CancelledError("stopped before action " +
                                           std::to_string(a + 1));
      return result;
    }
    StepAction action;
    action.step = step.id;
    action.rung = std::string(rung);
    action.action = actions[a];
    action.id = (*ids)[a];
    action.number = a + 1;
    action.attempt = attempt;
    action.deadline = absl::Seconds(
        step.step.has_timeout_s() ? step.step.timeout_s() : kDefaultTimeoutS);
    action.root = step.root;
    action.mutexes = {proposal.needs().mutex().begin(),
                      proposal.needs().mutex().end()};
    PerformResult performed = executor_.Perform(action);
    switch (performed.outcome) {
      case PerformResult::Outcome::kCommitted:
        ++result.actions;
        break;
      case PerformResult::Outcome::kAlreadyAsWanted:
        break;
      case PerformResult::Outcome::kDoneOnce:
        ++done_once;
        break;
      case PerformResult::Outcome::kAssumed:
        ++assumed;
        break;
      case PerformResult::Outcome::kInDoubt:
        result.end = Attempt::End::kInDoubt;
        result.status = performed.status;
        return result;
      case PerformResult::Outcome::kFailed: {
        const Event::ActionLine line =
            engine_.handlers.Get(action.action)
                .Describe(action.action, engine_.facts, step.root);
        result.text = absl::StrCat(line.verb(), " ", line.object());
        result.unsafe =
            engine_.handlers.Get(action.action).repeat_class(action.action) ==
            Action::UNSAFE_TO_REPEAT;
        Diagnostic diagnostic = DiagnosticFromStatus(performed.status);
        Diagnostic::Detail* at = diagnostic.add_detail();
        at->set_label("at");
        at->set_text(absl::StrCat("action ", a + 1, " of ", actions.size()));
        result.status =
            StatusFromDiagnostic(performed.status.code(), diagnostic);
        return result;
      }
    }
  }
  result.status = RunChecks(i, proposal, checks);
  if (!result.status.ok()) return result;
  if (result.actions > 0 || ChecksAreDue(step.id)) {
    JournalRecord record;
    record.mutable_step_done()->set_step(step.id);
    record.mutable_step_done()->set_rung(std::string(rung));
    record.mutable_step_done()->set_checks_passed(checks.size() +
                                                  step.step.verify_size());
    result.status = executor_.Append(std::move(record));
    if (!result.status.ok()) return result;
  }
  result.end = result.actions > 0 ? Attempt::End::kChanged
               : assumed > 0      ? Attempt::End::kAssumed
               : done_once > 0    ? Attempt::End::kDoneOnce
                                  : Attempt::End::kAlreadySo;
  return result;
}

absl::Status StepRunner::RunChecks(
    int i, const Proposal& proposal,
    const google::protobuf::RepeatedPtrField<Check>& checks) {
  const CheckedStep& step = plan_.steps[i];
  std::vector<const Check*> all;
  for (const Check& check : checks) all.push_back(&check);
  for (const Check& check : step.step.verify()) all.push_back(&check);
  for (const Check* check : all) {
    CheckOutcome outcome =
        checks_.Run(*check, proposal.provides().environment(), step.root);
    Event event = EventOf(step);
    event.mutable_check()->set_text(CheckText(*check, step.root));
    event.mutable_check()->set_passed(outcome.status.ok());
    if (!outcome.status.ok()) {
      *event.mutable_check()->mutable_diagnostic() =
          DiagnosticFromStatus(outcome.status);
    }
    JournalRecord record;
    record.mutable_evidence()->set_step(step.id);
    record.mutable_evidence()->set_check(event.check().text());
    record.mutable_evidence()->set_passed(outcome.status.ok());
    if (!outcome.status.ok()) {
      *record.mutable_evidence()->mutable_finding() =
          event.check().diagnostic();
    }
    engine_.events.Emit(std::move(event));
    PROVISION_RETURN_IF_ERROR(executor_.Append(std::move(record)));
    if (!outcome.status.ok()) return outcome.status;
  }
  return absl::OkStatus();
}

bool StepRunner::ChecksAreDue(const std::string& step) const {
  const RunHistory* run = history_.last_run();
  if (run == nullptr || run->done().has_value()) return false;
  if (run->steps_done().count(step) > 0) return false;
  return std::any_of(run->committed().begin(), run->committed().end(),
                     [&step](const CommittedAction& action) {
                       return action.intent.id().step() == step;
                     });
}

// A step that asks for a reboot holds its dependants until the boot of its
// commits is over.
StepEnd StepRunner::HoldForReboot(const std::string& step,
                                  const Attempt& attempt) {
  if (!attempt.reboot_after || !executor_.ActedInThisBoot(step)) {
    return StepEnd::kSucceeded;
  }
  tally_.AddExit(ExitCode::kNeedsReboot);
  return StepEnd::kHeldBack;
}

ExitCode StepRunner::ExitOfFailure(const absl::Status& status) const {
  if (executor_.durability_lost() || IsNotDurable(status)) {
    return ExitCode::kNotDurable;
  }
  if (DiagnosticId(status) == "plan/consent" && executor_.begun() == 0) {
    return ExitCode::kRefused;
  }
  const RunHistory* run = history_.last_run();
  const bool earlier =
      run != nullptr && !run->done().has_value() && !run->committed().empty();
  return executor_.begun() > 0 || earlier ? ExitCode::kStopped
                                          : ExitCode::kFailed;
}

StepEnd StepRunner::Finish(int i, Attempt attempt, absl::Duration duration) {
  const CheckedStep& step = plan_.steps[i];
  Event event = EventOf(step);
  const int64_t duration_ms = absl::ToInt64Milliseconds(duration);
  const auto done = [&](Event::StepDone::Result result) {
    Event::StepDone* step_done = event.mutable_step_done();
    step_done->set_result(result);
    step_done->set_text(attempt.text);
    step_done->set_duration_ms(duration_ms);
    step_done->set_actions(attempt.actions);
    if (!attempt.rung.empty()) step_done->set_rung(attempt.rung);
    for (const Refusal& refusal : attempt.refused) {
      *step_done->add_refused() = refusal;
    }
    engine_.events.Emit(std::move(event));
    return StepEnd::kSucceeded;
  };
  switch (attempt.end) {
    case Attempt::End::kAlreadySo:
      tally_.AddAlreadySo();
      done(Event::StepDone::ALREADY_SO);
      return HoldForReboot(step.id, attempt);
    case Attempt::End::kChanged:
      tally_.AddChanged(attempt.actions);
      done(Event::StepDone::CHANGED);
      return HoldForReboot(step.id, attempt);
    case Attempt::End::kDoneOnce:
      tally_.AddAlreadySo();
      done(Event::StepDone::DONE_ONCE);
      return HoldForReboot(step.id, attempt);
    case Attempt::End::kAssumed:
      tally_.AddAlreadySo();
      return done(Event::StepDone::ASSUMED);
    case Attempt::End::kNotHere:
      tally_.AddSkipped();
      return done(Event::StepDone::SKIPPED);
    case Attempt::End::kInDoubt: {
      tally_.AddInDoubt();
      Event::InDoubt* in_doubt = event.mutable_in_doubt();
      const Diagnostic diagnostic =
          DiagnosticFromStatus(AboutStep(step, attempt.status));
      in_doubt->set_text(diagnostic.message());
      for (const std::string& next : diagnostic.next()) {
        in_doubt->add_evidence(next);
      }
      engine_.events.Emit(std::move(event));
      return StepEnd::kHeldBack;
    }
    case Attempt::End::kNeedsReboot:
      tally_.AddExit(ExitCode::kNeedsReboot);
      event.mutable_waiting()->set_text("for a reboot");
      engine_.events.Emit(std::move(event));
      return StepEnd::kHeldBack;
    case Attempt::End::kStopped:
      return StepEnd::kNotRun;
    case Attempt::End::kNeedsRoot:
    case Attempt::End::kFailed:
      break;
  }
  bool rolled_back = false;
  if (attempt.end == Attempt::End::kFailed &&
      step.step.on_failure() == Step::ROLLBACK &&
      !executor_.durability_lost()) {
    rolled_back = executor_.UndoStep(step.id, Executor::Rungs::kAll) == 0;
  }
  const ExitCode exit = attempt.end == Attempt::End::kNeedsRoot
                            ? ExitCode::kNeedsPrivilege
                            : ExitOfFailure(attempt.status);
  tally_.AddFailed(exit);
  Event::StepFailed* failed = event.mutable_step_failed();
  failed->set_text(attempt.text);
  *failed->mutable_diagnostic() =
      DiagnosticFromStatus(AboutStep(step, attempt.status));
  failed->set_duration_ms(duration_ms);
  for (const Refusal& refusal : attempt.refused) {
    *failed->add_refused() = refusal;
  }
  if (!attempt.guide.empty()) failed->set_guide(attempt.guide);
  if (rolled_back) failed->set_rolled_back(true);
  failed->set_exit(static_cast<int>(exit));
  engine_.events.Emit(std::move(event));
  return attempt.end == Attempt::End::kNeedsRoot ? StepEnd::kHeldBack
                                                 : StepEnd::kFailed;
}

}  // namespace provision
