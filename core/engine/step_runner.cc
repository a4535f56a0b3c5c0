#include "core/engine/step_runner.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/serialize.h"
#include "core/base/status_macros.h"
#include "core/engine/action_records.h"
#include "core/engine/action_sequence.h"
#include "core/engine/check_text.h"
#include "core/engine/doubt.h"
#include "core/engine/due_checks.h"
#include "core/engine/proposal_check.h"

namespace provision {
namespace {

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

bool StepRunner::FailedRungs::Has(const Rung& rung) const {
  return keys.count(DeterministicBytes(rung)) > 0;
}

void StepRunner::FailedRungs::Add(const Rung& rung,
                                  const StepAttempt& attempt) {
  keys.insert(DeterministicBytes(rung));
  refused.push_back(RefusalOfRung(rung, attempt.status));
  last = attempt;
}

std::vector<Refusal> StepRunner::FailedRungs::After(
    const google::protobuf::RepeatedPtrField<Refusal>& earlier) const {
  std::vector<Refusal> all(earlier.begin(), earlier.end());
  all.insert(all.end(), refused.begin(), refused.end());
  return all;
}

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
      report_(engine, executor, history, tally) {}

StepEnd StepRunner::Run(int i, const StepPlan& planned) {
  const CheckedStep& step = plan_.steps[i];
  const absl::Duration begin = engine_.system.MonotonicClock();
  const auto elapsed = [&] { return engine_.system.MonotonicClock() - begin; };
  if (in_doubt_.count(step.id) > 0) {
    StepAttempt attempt;
    attempt.end = StepAttempt::End::kInDoubt;
    attempt.status = InDoubtError(step.id, kNobodyCanTell);
    return Finish(i, attempt, elapsed());
  }
  const int attempts = std::max(1, step.step.retry().attempts());
  FailedRungs failed;
  StepAttempt last;
  for (int attempt = 1; attempt <= attempts; ++attempt) {
    const bool unchanged = attempt == 1 && executor_.begun_count() == 0;
    last = Try(i, proposals_.AtTurn(i, planned, unchanged), attempt, &failed);
    if (last.propose_again) {
      last = Try(i, proposals_.AtTurn(i, planned, false), attempt, &failed);
    }
    if (last.end != StepAttempt::End::kFailed) break;
    if (engine_.system.stop_requests() > 0) {
      last.end = StepAttempt::End::kStopped;
      break;
    }
    const JournalRecord::Fail::Class failure = ClassifyFailure(last.status);
    const bool transient = failure == JournalRecord::Fail::TRANSIENT ||
                           failure == JournalRecord::Fail::DEADLINE;
    // A ladder has tried all its rungs, and tries none again.
    const bool was_ladder = !last.rung.empty();
    if (!transient || was_ladder || last.unsafe || attempt == attempts ||
        executor_.durability_lost() || !WaitForRetry(i, attempt)) {
      break;
    }
  }
  return Finish(i, last, elapsed());
}

bool StepRunner::WaitForRetry(int i, int attempt) {
  const CheckedStep& step = plan_.steps[i];
  if (engine_.system.stop_requests() > 0) return false;
  const int base =
      step.step.retry().has_backoff_s() ? step.step.retry().backoff_s() : 1;
  const absl::Duration wait =
      absl::Seconds(base) * (1 << std::min(attempt - 1, 10));
  Event event = EventOf(step.id);
  event.mutable_waiting()->set_text(absl::StrCat(
      "for try ", attempt + 1, " of ", step.step.retry().attempts()));
  engine_.events.Emit(std::move(event));
  return !engine_.system.Wait(wait);
}

StepAttempt StepRunner::Try(int i, const StepPlan& plan, int attempt,
                            FailedRungs* failed) {
  const CheckedStep& step = plan_.steps[i];
  StepAttempt result;
  if (!plan.here) {
    result.end = StepAttempt::End::kNotHere;
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
  if (IsAlreadySo(proposal)) return LeaveAsItIs(i, proposal, failed);
  if (proposal.needs().reboot_before()) {
    result.end = StepAttempt::End::kNeedsReboot;
    return result;
  }
  if (NeedsRoot(proposal) && engine_.system.identity().uid != 0) {
    result.end = StepAttempt::End::kNeedsRoot;
    result.status =
        DiagnosticError(absl::StatusCode::kPermissionDenied, "privilege/root",
                        absl::StrCat(proposal.title(), " needs root"));
    return result;
  }
  Event started = EventOf(step.id);
  started.mutable_step_started()->set_actions(FirstActions(proposal).size());
  engine_.events.Emit(std::move(started));
  if (proposal.rung_size() > 0) {
    return TryRungs(i, proposal, attempt, failed);
  }
  StepAttempt performed = PerformAll(i, proposal, nullptr, attempt);
  performed.guide = proposal.guide();
  performed.reboot_after = proposal.needs().reboot_after();
  if (performed.text.empty()) {
    performed.text =
        proposal.has_outcome() ? proposal.outcome() : proposal.title();
  }
  return performed;
}

StepAttempt StepRunner::LeaveAsItIs(int i, const Proposal& proposal,
                                    FailedRungs* failed) {
  const CheckedStep& step = plan_.steps[i];
  StepAttempt result;
  result.refused = failed->After(proposal.refused());
  result.guide = proposal.guide();
  result.text = proposal.title();
  result.reboot_after = proposal.needs().reboot_after();
  const absl::optional<JournalRecord::Proposed> unchecked =
      UncheckedProposal(history_, step.id);
  if (unchecked.has_value()) {
    // A proposal of what is already so has no checks: those of the one that
    // made it so hold.
    const Proposal& made =
        proposal.check().empty() ? unchecked->proposal() : proposal;
    result.rung = unchecked->rung();
    result.status = RunChecks(i, made, FirstChecks(made));
    if (result.status.ok()) {
      result.status = RecordDone(step, result.rung, FirstChecks(made).size());
    } else if (unchecked->proposal().rung_size() > 0) {
      // As the run would have gone on that made it.
      const Rung& rung = unchecked->proposal().rung(0);
      result.propose_again =
          !failed->Has(rung) && GiveUp(step, rung, result, failed);
    }
  }
  if (result.status.ok()) result.end = StepAttempt::End::kAlreadySo;
  return result;
}

StepAttempt StepRunner::TryRungs(int i, const Proposal& proposal, int attempt,
                                 FailedRungs* failed) {
  const CheckedStep& step = plan_.steps[i];
  for (const Rung& rung : proposal.rung()) {
    if (failed->Has(rung)) continue;
    // A run that was killed while it took a rung back has left the rest of it.
    executor_.UndoStep(step.id, UndoneRungs::kOthers, rung.name());
    StepAttempt tried = PerformAll(i, proposal, &rung, attempt);
    tried.rung = rung.name();
    tried.reboot_after = proposal.needs().reboot_after();
    if (tried.end != StepAttempt::End::kFailed) {
      if (tried.text.empty()) {
        tried.text = rung.has_outcome() ? rung.outcome() : rung.title();
      }
      tried.refused = failed->After(proposal.refused());
      return tried;
    }
    if (!GiveUp(step, rung, tried, failed)) break;
  }
  StepAttempt last = failed->last;
  last.refused = failed->After(proposal.refused());
  if (!executor_.durability_lost()) {
    last.status = LadderFailed(proposal, last.refused, last.status);
  }
  last.guide = proposal.guide();
  return last;
}

bool StepRunner::GiveUp(const CheckedStep& step, const Rung& rung,
                        const StepAttempt& attempt, FailedRungs* failed) {
  failed->Add(rung, attempt);
  if (executor_.durability_lost() || engine_.system.stop_requests() > 0) {
    return false;
  }
  for (const std::string& left :
       executor_.UndoStep(step.id, UndoneRungs::kThis, rung.name())) {
    failed->refused.back().add_evidence(absl::StrCat("not taken back: ", left));
  }
  return true;
}

StepAttempt StepRunner::PerformAll(int i, const Proposal& proposal,
                                   const Rung* rung, int attempt) {
  const std::string rung_name = rung == nullptr ? "" : rung->name();
  const auto& actions = rung == nullptr ? proposal.action() : rung->action();
  const auto& checks = rung == nullptr ? proposal.check() : rung->check();
  const CheckedStep& step = plan_.steps[i];
  StepAttempt result;
  result.end = StepAttempt::End::kFailed;
  absl::StatusOr<std::vector<ActionId>> ids = IdentifyActions(
      step.id, actions, engine_.system, executor_.context().secrets);
  if (!ids.ok()) {
    result.status = ids.status();
    return result;
  }
  // Becomes durable with the first INTENT; tells how many actions it was of,
  // and their checks.
  JournalRecord proposed;
  proposed.mutable_proposed()->set_step(step.id);
  proposed.mutable_proposed()->set_rung(rung_name);
  *proposed.mutable_proposed()->mutable_proposal() = proposal;
  if (rung != nullptr) {
    // Two rungs may have one name.
    Proposal* recorded = proposed.mutable_proposed()->mutable_proposal();
    recorded->clear_rung();
    *recorded->add_rung() = *rung;
  }
  result.status = executor_.Append(std::move(proposed));
  if (!result.status.ok()) return result;
  std::vector<StepAction> sequence;
  for (int a = 0; a < actions.size(); ++a) {
    StepAction action = ActionOf(step, proposal, actions[a]);
    action.rung = rung_name;
    action.id = (*ids)[a];
    action.number = a + 1;
    action.attempt = attempt;
    sequence.push_back(std::move(action));
  }
  const SequenceEnd end = PerformInOrder(engine_, executor_, sequence);
  result.actions = end.committed;
  result.status = end.status;
  if (end.in_doubt) result.end = StepAttempt::End::kInDoubt;
  if (end.failed != nullptr) {
    const Action& action = end.failed->action;
    const ActionHandler& handler = engine_.handlers.Get(action);
    const Event::ActionLine line =
        handler.Describe(action, engine_.facts, step.root);
    result.text = absl::StrCat(line.verb(), " ", line.object());
    result.unsafe = handler.repeat_class(action) == Action::UNSAFE_TO_REPEAT;
  }
  if (result.status.ok()) result.status = RunChecks(i, proposal, checks);
  if (result.status.ok() &&
      (end.committed > 0 || UncheckedProposal(history_, step.id).has_value())) {
    result.status = RecordDone(step, rung_name, checks.size());
  }
  if (!result.status.ok()) return result;
  result.end = end.committed > 0   ? StepAttempt::End::kChanged
               : end.assumed > 0   ? StepAttempt::End::kAssumed
               : end.done_once > 0 ? StepAttempt::End::kDoneOnce
                                   : StepAttempt::End::kAlreadySo;
  return result;
}

absl::Status StepRunner::RunChecks(
    int i, const Proposal& proposal,
    const google::protobuf::RepeatedPtrField<Check>& checks) {
  const CheckedStep& step = plan_.steps[i];
  for (const Check& check : checks) {
    PROVISION_RETURN_IF_ERROR(RunCheck(step, proposal, check));
  }
  for (const Check& check : step.step.verify()) {
    PROVISION_RETURN_IF_ERROR(RunCheck(step, proposal, check));
  }
  return absl::OkStatus();
}

absl::Status StepRunner::RunCheck(const CheckedStep& step,
                                  const Proposal& proposal,
                                  const Check& check) {
  const CheckOutcome outcome =
      checks_.Run(check, proposal.provides().environment(), step.root);
  Event event = EventOf(step.id);
  event.mutable_check()->set_text(CheckText(check, step.root));
  event.mutable_check()->set_passed(outcome.status.ok());
  JournalRecord record;
  record.mutable_evidence()->set_step(step.id);
  record.mutable_evidence()->set_check(event.check().text());
  record.mutable_evidence()->set_passed(outcome.status.ok());
  if (!outcome.status.ok()) {
    const Diagnostic finding = DiagnosticFromStatus(outcome.status);
    *event.mutable_check()->mutable_diagnostic() = finding;
    *record.mutable_evidence()->mutable_finding() = finding;
  }
  engine_.events.Emit(std::move(event));
  PROVISION_RETURN_IF_ERROR(executor_.Append(std::move(record)));
  return outcome.status;
}

absl::Status StepRunner::RecordDone(const CheckedStep& step,
                                    absl::string_view rung, int checks) {
  JournalRecord record;
  JournalRecord::StepDone* done = record.mutable_step_done();
  done->set_step(step.id);
  done->set_rung(std::string(rung));
  done->set_checks_passed(checks + step.step.verify_size());
  return executor_.Append(std::move(record));
}

StepEnd StepRunner::Finish(int i, const StepAttempt& attempt,
                           absl::Duration duration) {
  const CheckedStep& step = plan_.steps[i];
  const bool take_back = attempt.end == StepAttempt::End::kFailed &&
                         step.step.on_failure() == Step::ROLLBACK &&
                         !executor_.durability_lost();
  const bool rolled_back =
      take_back && executor_.UndoStep(step.id, UndoneRungs::kAll).empty();
  return report_.End(step, attempt, duration, rolled_back);
}

}  // namespace provision
