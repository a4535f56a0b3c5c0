#include "core/engine/step_runner.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/serialize.h"
#include "core/engine/action_records.h"
#include "core/engine/check_text.h"
#include "core/engine/doubt.h"
#include "core/engine/due_checks.h"
#include "core/engine/proposal_check.h"
#include "core/engine/resume_text.h"
#include "core/engine/step_sharing.h"

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

// What the line of a step that was performed says: nothing if it was as asked,
// else what came of it and what the plan's own checks found.
std::string OutcomeText(const StepAttempt& attempt, const CheckedStep& step,
                        absl::string_view outcome) {
  if (attempt.end == StepAttempt::End::kAlreadySo ||
      attempt.end == StepAttempt::End::kDoneOnce) {
    return "";
  }
  std::string text(outcome);
  if (attempt.end != StepAttempt::End::kChanged) return text;
  for (const Check& check : step.step.verify()) {
    absl::StrAppend(&text, ", ", CheckText(check, step.root));
  }
  return text;
}

// What is said of a step that was performed, from what was proposed.
void Describe(const CheckedStep& step, const Proposal& proposal,
              StepAttempt* performed) {
  performed->guide = proposal.guide();
  performed->reboot_after = proposal.needs().reboot_after();
  if (performed->text.empty()) {
    performed->text = OutcomeText(
        *performed, step,
        proposal.has_outcome() ? proposal.outcome() : proposal.title());
  }
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
      history_(history),
      in_doubt_(in_doubt),
      proposal_run_(engine, executor, checks, history),
      report_(engine, executor, history, tally) {}

std::vector<StepEnd> StepRunner::Run(const std::vector<int>& steps,
                                     const std::vector<StepPlan>& plans) {
  if (steps.size() == 1) return {RunAlone(steps[0], plans[steps[0]])};
  const absl::Duration begin = engine_.system.MonotonicClock();
  const bool unchanged = executor_.begun_count() == 0;
  std::map<int, StepPlan> shared;
  std::map<int, StepEnd> ends;
  for (int i : steps) {
    if (in_doubt_.count(plan_.steps[i].id) > 0) continue;
    StepPlan plan = proposals_.AtTurn(i, plans[i], unchanged);
    if (!SharingOf(plan_.steps[i], plan, engine_.handlers,
                   engine_.system.identity().uid)
             .key.empty()) {
      shared[i] = std::move(plan);
    }
  }
  RunShared(shared, begin, &ends);
  std::vector<StepEnd> all;
  for (int i : steps) {
    // What came out otherwise at its turn runs after the others.
    all.push_back(shared.count(i) > 0 ? ends[i] : RunAlone(i, plans[i]));
  }
  return all;
}

void StepRunner::RunShared(const std::map<int, StepPlan>& shared,
                           absl::Duration begin, std::map<int, StepEnd>* ends) {
  std::vector<ProposalRun::Item> items;
  for (const auto& [i, plan] : shared) {
    EmitStarted(plan_.steps[i], plan.proposal);
    items.push_back({plan_.steps[i], plan.proposal});
  }
  std::vector<StepAttempt> attempts = proposal_run_.Perform(items);
  auto attempt = attempts.begin();
  bool told_lost = false;
  for (const auto& [i, plan] : shared) {
    Describe(plan_.steps[i], plan.proposal, &*attempt);
    if (attempt->end == StepAttempt::End::kFailed) {
      // A disk that took none of it is one error, not one for each step.
      const bool is_told = executor_.durability_lost() && told_lost;
      told_lost = executor_.durability_lost();
      if (is_told || engine_.system.stop_requests() > 0) {
        attempt->end = StepAttempt::End::kStopped;
      }
    }
    (*ends)[i] = Finish(i, *attempt++, engine_.system.MonotonicClock() - begin);
  }
}

StepEnd StepRunner::RunAlone(int i, const StepPlan& planned) {
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
  EmitStarted(step, proposal);
  if (proposal.rung_size() > 0) {
    return TryRungs(i, proposal, attempt, failed);
  }
  StepAttempt performed =
      proposal_run_.Perform({{step, proposal, nullptr, attempt}}).front();
  Describe(step, proposal, &performed);
  return performed;
}

void StepRunner::EmitStarted(const CheckedStep& step,
                             const Proposal& proposal) {
  Event started = EventOf(step.id);
  started.mutable_step_started()->set_actions(FirstActions(proposal).size());
  if (std::string resumes = ResumeText(engine_, history_, step, proposal);
      !resumes.empty()) {
    started.mutable_step_started()->set_resumes(std::move(resumes));
  }
  engine_.events.Emit(std::move(started));
}

StepAttempt StepRunner::LeaveAsItIs(int i, const Proposal& proposal,
                                    FailedRungs* failed) {
  const CheckedStep& step = plan_.steps[i];
  StepAttempt result;
  result.refused = failed->After(proposal.refused());
  result.guide = proposal.guide();
  result.reboot_after = proposal.needs().reboot_after();
  const absl::optional<JournalRecord::Proposed> unchecked =
      UncheckedProposal(history_, step.id);
  if (unchecked.has_value()) {
    const Proposal& made = ProposalToCheck(proposal, *unchecked);
    result.text = "its checks were due, and hold";
    result.rung = unchecked->rung();
    result.status = proposal_run_.RunChecks({step, made});
    if (result.status.ok()) {
      result.status = proposal_run_.RecordDone({step, made}, result.rung);
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
    StepAttempt tried =
        proposal_run_.Perform({{step, proposal, &rung, attempt}}).front();
    tried.rung = rung.name();
    tried.reboot_after = proposal.needs().reboot_after();
    if (tried.end != StepAttempt::End::kFailed) {
      if (tried.text.empty()) {
        tried.text = OutcomeText(
            tried, step, rung.has_outcome() ? rung.outcome() : rung.title());
      }
      // Without a reason there was no better rung: those that the facts refuse
      // would have come after it.
      tried.refused = rung.reason().empty() ? failed->refused
                                            : failed->After(proposal.refused());
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
