#include "core/engine/proposal_run.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/status_macros.h"
#include "core/engine/check_text.h"
#include "core/engine/due_checks.h"
#include "core/engine/proposal_check.h"
#include "core/engine/step_action.h"

namespace provision {
namespace {

const google::protobuf::RepeatedPtrField<Action>& ActionsOf(
    const ProposalRun::Item& item) {
  return item.rung == nullptr ? item.proposal.action() : item.rung->action();
}

const google::protobuf::RepeatedPtrField<Check>& ChecksOf(
    const ProposalRun::Item& item) {
  return item.rung == nullptr ? FirstChecks(item.proposal) : item.rung->check();
}

std::string RungName(const ProposalRun::Item& item) {
  return item.rung == nullptr ? "" : item.rung->name();
}

StepAttempt::End EndOf(const SequenceEnd& end) {
  return end.committed > 0   ? StepAttempt::End::kChanged
         : end.assumed > 0   ? StepAttempt::End::kAssumed
         : end.done_once > 0 ? StepAttempt::End::kDoneOnce
                             : StepAttempt::End::kAlreadySo;
}

JournalRecord ProposedRecord(const ProposalRun::Item& item) {
  JournalRecord record;
  record.mutable_proposed()->set_step(item.step.id);
  record.mutable_proposed()->set_rung(RungName(item));
  Proposal* proposal = record.mutable_proposed()->mutable_proposal();
  *proposal = item.proposal;
  if (item.rung != nullptr) {
    // Two rungs may have one name.
    proposal->clear_rung();
    *proposal->add_rung() = *item.rung;
  }
  return record;
}

JournalRecord DoneRecord(const ProposalRun::Item& item,
                         absl::string_view rung) {
  JournalRecord record;
  JournalRecord::StepDone* done = record.mutable_step_done();
  done->set_step(item.step.id);
  done->set_rung(std::string(rung));
  done->set_checks_passed(ChecksOf(item).size() + item.step.step.verify_size());
  return record;
}

}  // namespace

ProposalRun::ProposalRun(Engine& engine, Executor& executor,
                         CheckRunner& checks, const PlanHistory& history)
    : engine_(engine),
      executor_(executor),
      checks_(checks),
      history_(history) {}

std::vector<StepAttempt> ProposalRun::Perform(const std::vector<Item>& items) {
  std::vector<StepAttempt> attempts(items.size());
  std::vector<std::vector<StepAction>> sequences(items.size());
  for (size_t i = 0; i < items.size(); ++i) {
    absl::StatusOr<std::vector<StepAction>> begun = Begin(items[i]);
    attempts[i].status = begun.status();
    if (begun.ok()) sequences[i] = *std::move(begun);
  }
  const std::vector<SequenceEnd> ends =
      PerformTogether(engine_, executor_, sequences);
  std::vector<JournalRecord> done;
  std::vector<StepAttempt*> concluded;
  for (size_t i = 0; i < items.size(); ++i) {
    StepAttempt& attempt = attempts[i];
    if (!attempt.status.ok()) continue;
    Judge(items[i], ends[i], &attempt);
    if (!attempt.status.ok()) continue;
    attempt.end = EndOf(ends[i]);
    if (ends[i].committed > 0 ||
        UncheckedProposal(history_, items[i].step.id).has_value()) {
      done.push_back(DoneRecord(items[i], RungName(items[i])));
      concluded.push_back(&attempt);
    }
  }
  if (done.empty()) return attempts;
  const absl::Status recorded = executor_.Append(std::move(done));
  if (recorded.ok()) return attempts;
  for (StepAttempt* attempt : concluded) {
    attempt->end = StepAttempt::End::kFailed;
    attempt->status = recorded;
  }
  return attempts;
}

absl::StatusOr<std::vector<StepAction>> ProposalRun::Begin(const Item& item) {
  const auto& actions = ActionsOf(item);
  PROVISION_ASSIGN_OR_RETURN(
      const std::vector<ActionId> ids,
      IdentifyActions(item.step.id, actions, engine_.system,
                      executor_.context().secrets));
  // Tells how many actions it was of, and their checks.
  PROVISION_RETURN_IF_ERROR(executor_.Append(ProposedRecord(item)));
  std::vector<StepAction> sequence;
  for (int a = 0; a < actions.size(); ++a) {
    StepAction action = ActionOf(item.step, item.proposal, actions[a]);
    action.rung = RungName(item);
    action.id = ids[a];
    action.number = a + 1;
    action.attempt = item.attempt;
    sequence.push_back(std::move(action));
  }
  return sequence;
}

void ProposalRun::Judge(const Item& item, const SequenceEnd& end,
                        StepAttempt* attempt) {
  attempt->actions = end.committed;
  attempt->status = end.status;
  if (end.in_doubt) attempt->end = StepAttempt::End::kInDoubt;
  if (end.failed != nullptr) {
    const Action& action = end.failed->action;
    const ActionHandler& handler = engine_.handlers.Get(action);
    const Event::ActionLine line =
        handler.Describe(action, engine_.facts, item.step.root);
    attempt->text = absl::StrCat(line.verb(), " ", line.object());
    attempt->unsafe = handler.repeat_class(action) == Action::UNSAFE_TO_REPEAT;
  }
  if (attempt->status.ok()) attempt->status = RunChecks(item);
}

absl::Status ProposalRun::RunChecks(const Item& item) {
  for (const Check& check : ChecksOf(item)) {
    PROVISION_RETURN_IF_ERROR(RunCheck(item, check));
  }
  for (const Check& check : item.step.step.verify()) {
    PROVISION_RETURN_IF_ERROR(RunCheck(item, check));
  }
  return absl::OkStatus();
}

absl::Status ProposalRun::RunCheck(const Item& item, const Check& check) {
  const CheckOutcome outcome = checks_.Run(
      check, item.proposal.provides().environment(), item.step.root);
  Event event = EventOf(item.step.id);
  event.mutable_check()->set_text(CheckText(check, item.step.root));
  event.mutable_check()->set_passed(outcome.status.ok());
  JournalRecord record;
  record.mutable_evidence()->set_step(item.step.id);
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

absl::Status ProposalRun::RecordDone(const Item& item, absl::string_view rung) {
  return executor_.Append(DoneRecord(item, rung));
}

}  // namespace provision
