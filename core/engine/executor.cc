#include "core/engine/executor.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/planted_bug.h"
#include "core/engine/action_events.h"
#include "core/engine/action_group.h"
#include "core/engine/action_records.h"
#include "core/engine/doubt.h"

namespace provision {
namespace {

std::string PlaceOf(const StepAction& action) {
  return absl::StrCat("action ", action.number);
}

PerformResult NothingIsBegun() {
  return {PerformResult::Outcome::kFailed,
          absl::CancelledError("nothing is begun once durability is lost")};
}

bool EndsItsStep(const PerformResult& result) {
  return result.outcome == PerformResult::Outcome::kFailed ||
         result.outcome == PerformResult::Outcome::kInDoubt;
}

}  // namespace

Executor::Executor(Engine& engine, ActionContext context, RunDirectory& run,
                   const PlanHistory& history, std::string boot_id,
                   CommitTrust trust)
    : engine_(engine),
      context_(std::move(context)),
      history_(history),
      boot_id_(std::move(boot_id)),
      trust_(trust),
      journal_(engine.system, run, engine.redactor, progress_),
      undo_(engine, context_, journal_, progress_, history) {}

PerformResult Executor::Perform(const StepAction& action) {
  if (durability_lost()) return NothingIsBegun();
  const ActionHandler& handler = engine_.handlers.Get(action.action);
  const NamedMutexes::Held held = Lock({&action});
  if (absl::optional<PerformResult> settled = Settle(action, handler)) {
    return *std::move(settled);
  }
  return Act(action, handler);
}

std::vector<PerformResult> Executor::PerformGroup(
    absl::Span<const StepAction* const> actions) {
  std::vector<PerformResult> results(actions.size(), NothingIsBegun());
  if (durability_lost()) return results;
  const NamedMutexes::Held held = Lock(actions);
  ActionGroup group(engine_, context_, journal_, progress_);
  std::set<std::string> ended_steps;
  for (size_t i = 0; i < actions.size(); ++i) {
    const StepAction& action = *actions[i];
    if (ended_steps.count(action.step) > 0) {
      results[i] = {PerformResult::Outcome::kNotBegun};
      continue;
    }
    absl::optional<PerformResult> settled =
        Settle(action, engine_.handlers.Get(action.action));
    if (!settled) {
      group.Add(action, &results[i]);
      continue;
    }
    results[i] = *std::move(settled);
    if (EndsItsStep(results[i])) ended_steps.insert(action.step);
  }
  group.Perform();
  return results;
}

PerformResult Executor::Act(const StepAction& action,
                            const ActionHandler& handler) {
  EmitStarted(engine_, action);
  ActionContext context = ContextFor(action);
  const absl::Duration begin = engine_.system.MonotonicClock();

  // What is needed to undo it is durable before anything else is.
  absl::StatusOr<Preparation> preparation =
      handler.Prepare(action.action, context);
  if (!preparation.ok()) {
    progress_.Notice(preparation.status());
    EmitDone(engine_.events, action, Event::ActionDone::FAILED);
    return {PerformResult::Outcome::kFailed, preparation.status()};
  }

  const JournalRecord intent = IntentRecord(action, handler, *preparation);
  absl::Status performed;
  if (IsPlanted("intent_after_effect")) {
    performed = handler.Perform(action.action, *preparation, context);
  }
  if (absl::Status status = journal_.Append(intent); !status.ok()) {
    // No INTENT, so nothing began: what Prepare saved is only spare.
    return {PerformResult::Outcome::kFailed, status};
  }
  progress_.Begin(action.id);

  if (IsPlanted("commit_before_effect")) {
    journal_.Append(CommitRecord(action.id, {})).IgnoreError();
  }
  // Compares with what was found before, changes the host, verifies, and
  // returns when it is durable.
  if (!IsPlanted("intent_after_effect")) {
    performed = handler.Perform(action.action, *preparation, context);
  }
  engine_.host_changed();
  const absl::Duration duration = engine_.system.MonotonicClock() - begin;
  if (!performed.ok()) {
    EmitDone(engine_.events, action, Event::ActionDone::FAILED, duration);
    return EndFailed(action, handler, intent.intent(), performed);
  }

  absl::Status committed = journal_.Append(CommitRecord(action.id, duration));
  if (!committed.ok()) return {PerformResult::Outcome::kFailed, committed};
  progress_.Commit(intent.intent());
  EmitDone(engine_.events, action, Event::ActionDone::COMMITTED, duration);
  return {PerformResult::Outcome::kCommitted};
}

absl::optional<PerformResult> Executor::Settle(const StepAction& action,
                                               const ActionHandler& handler) {
  const CommitOnRecord commit = OnRecord(action.id);
  const bool committed = commit != CommitOnRecord::kNone;
  // --redo: done earlier, and shall be done again whatever an audit says.
  const bool redo = !committed && history_.Committed(action.id, boot_id_) &&
                    engine_.options.redo.count(action.id.step()) > 0;
  if (committed && engine_.options.trust_journal) {
    return Skip(action, PerformResult::Outcome::kAlreadyAsWanted);
  }
  if (!redo) {
    ActionContext context = ContextFor(action);
    absl::StatusOr<Audit> audit = handler.AuditWanted(action.action, context);
    if (!audit.ok()) {
      return PerformResult{PerformResult::Outcome::kFailed, audit.status()};
    }
    const bool trusted = trust_ == CommitTrust::kAll ||
                         (trust_ == CommitTrust::kUnaudited && committed);
    if (*audit == Audit::kAfter || (*audit == Audit::kUnknown && trusted)) {
      return Skip(action, PerformResult::Outcome::kAlreadyAsWanted);
    }
  }
  switch (Decide(action, handler, commit)) {
    case ProposalDecision::kSkipDoneOnce:
      return Skip(action, commit == CommitOnRecord::kAssumed
                              ? PerformResult::Outcome::kAssumed
                              : PerformResult::Outcome::kDoneOnce);
    case ProposalDecision::kInDoubt:
      return Doubt(action, committed);
    case ProposalDecision::kPerformAsDrift:
      EmitDrift(engine_.events, action);
      break;
    case ProposalDecision::kPerform:
      break;
  }
  return absl::nullopt;
}

CommitOnRecord Executor::OnRecord(const ActionId& id) const {
  if (progress_.committed(id)) return CommitOnRecord::kDone;
  if (progress_.undone(id) || engine_.options.redo.count(id.step()) > 0) {
    return CommitOnRecord::kNone;
  }
  return history_.OnRecord(id, boot_id_);
}

ProposalDecision Executor::Decide(const StepAction& action,
                                  const ActionHandler& handler,
                                  CommitOnRecord commit) const {
  const Action::RepeatClass repeat_class = handler.repeat_class(action.action);
  // Whoever says --redo knows.
  const bool doubt = history_.tail_doubt() &&
                     engine_.options.redo.count(action.id.step()) == 0;
  if (doubt && history_.history_lost() && commit == CommitOnRecord::kNone &&
      repeat_class == Action::RUN_ONCE) {
    return ProposalDecision::kInDoubt;
  }
  return DecideProposal(repeat_class, commit, doubt);
}

PerformResult Executor::Skip(const StepAction& action,
                             PerformResult::Outcome outcome) {
  EmitDone(engine_.events, action, Event::ActionDone::SKIPPED);
  return {outcome};
}

PerformResult Executor::Doubt(const StepAction& action, bool committed) {
  if (engine_.options.assume_done.count(action.id.step()) == 0) {
    return {PerformResult::Outcome::kInDoubt,
            InDoubtError(action.id.step(),
                         committed
                             ? "it was done once, a second start may do harm, "
                               "and it is asked for again"
                             : "the journal's end was damaged: it may have "
                               "been done already",
                         PlaceOf(action))};
  }
  // On record, so that the next run asks no more.
  JournalRecord record;
  *record.mutable_commit()->mutable_id() = action.id;
  record.mutable_commit()->set_assumed(true);
  absl::Status status = journal_.Append(std::move(record));
  return {status.ok() ? PerformResult::Outcome::kAssumed
                      : PerformResult::Outcome::kFailed,
          status};
}

PerformResult Executor::Fail(const StepAction& action,
                             const absl::Status& status) {
  progress_.Notice(status);
  if (IsNotDurable(status)) return {PerformResult::Outcome::kFailed, status};
  absl::Status appended = journal_.Append(FailRecord(action, status));
  // The lost record matters more than the failure it was about.
  return {PerformResult::Outcome::kFailed, appended.ok() ? status : appended};
}

PerformResult Executor::EndFailed(const StepAction& action,
                                  const ActionHandler& handler,
                                  const JournalRecord::Intent& intent,
                                  const absl::Status& status) {
  if (handler.atomic()) return Fail(action, status);
  const JournalRecord::Fail::Class failure = ClassifyFailure(status);
  const bool was_cut = failure == JournalRecord::Fail::DEADLINE ||
                       failure == JournalRecord::Fail::STOPPED;
  if (was_cut && intent.repeat_class() == Action::UNSAFE_TO_REPEAT &&
      handler.reversibility(action.action) == Action::NONE) {
    // As after a kill: its INTENT stays open, and a person decides.
    return {
        PerformResult::Outcome::kInDoubt,
        InDoubtError(action.id.step(),
                     absl::StrCat("it was ended half-way: ", status.message()),
                     PlaceOf(action))};
  }
  progress_.LeaveHalfDone(intent);
  return Fail(action, status);
}

NamedMutexes::Held Executor::Lock(absl::Span<const StepAction* const> actions) {
  std::set<std::string> names;
  for (const StepAction* action : actions) {
    names.insert(action->action.mutex().begin(), action->action.mutex().end());
    names.insert(action->mutexes.begin(), action->mutexes.end());
    // Two steps may want one folder: the second audits what the first made.
    const std::string path = ActionPath(action->action);
    if (!path.empty()) names.insert(path);
  }
  return mutexes_.Lock(names, [&](absl::string_view name) {
    EmitWaiting(engine_.events, *actions.front(), name);
  });
}

ActionContext Executor::ContextFor(const StepAction& action) {
  ActionContext context = ReportingContext(context_, action, engine_.events);
  context.on_fetched = [this](uint64_t bytes) { progress_.AddFetched(bytes); };
  context.on_command = [this, &action](const std::vector<std::string>& argv,
                                       const ProcessResult& result) {
    context_.on_command(argv, result);
    // Lost evidence does not change what is done; a journal that cannot be
    // written is met again by the COMMIT.
    journal_.Append(CommandRecord(action, argv, result)).IgnoreError();
    if (result.status != 0) {
      engine_.command_failed(action.step, absl::StrCat(result.standard_output,
                                                       result.standard_error));
    }
  };
  return context;
}

bool Executor::ActedInThisBoot(absl::string_view step) const {
  if (committed_count(step) > 0) return true;
  for (const RunHistory& run : history_.runs()) {
    for (const CommittedAction& action : run.committed()) {
      if (action.intent.id().step() == step && action.boot_id == boot_id_) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace provision
