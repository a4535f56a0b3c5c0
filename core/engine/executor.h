#ifndef PROVISION_CORE_ENGINE_EXECUTOR_H_
#define PROVISION_CORE_ENGINE_EXECUTOR_H_

// Performs actions by the write protocol of reliability.md 5.1. Everything that
// changes the host in a run goes through here.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "core/actions/action_handler.h"
#include "core/engine/action_undo.h"
#include "core/engine/engine.h"
#include "core/engine/named_mutexes.h"
#include "core/engine/perform_result.h"
#include "core/engine/run_journal.h"
#include "core/engine/run_progress.h"
#include "core/engine/step_action.h"
#include "core/journal/journal.pb.h"
#include "core/journal/plan_history.h"
#include "core/journal/resume_rule.h"
#include "core/journal/run_directory.h"

namespace provision {

// Which actions that nobody can audit are taken as done.
enum class CommitTrust {
  kNone,       // none: they are performed again, as their class allows
  kUnaudited,  // those that were committed: of a saved plan it is the same
               // action
  kAll,        // all: a run of this very saved plan has ended well
};

// Thread-safe. Keeps everything by reference. After a NotDurableError nothing
// more is performed: durability_lost() stays true.
class Executor {
 public:
  Executor(Engine& engine, ActionContext context, RunDirectory& run,
           const PlanHistory& history, std::string boot_id,
           CommitTrust trust = CommitTrust::kNone);

  // Performs `action` unless it is already as wanted or was done once; journals
  // intent and commit; emits action_started, progress, log and action_done.
  PerformResult Perform(const StepAction& action);

  // The same for several at once, which share their syncs (ActionGroup): one
  // result each. They are what ActionGroup::Add() takes. An action that does
  // not succeed ends its step.
  std::vector<PerformResult> PerformGroup(
      absl::Span<const StepAction* const> actions);

  // Takes back what the run has committed.
  absl::StatusOr<UndoOutcome> Undo(const JournalRecord::Intent& intent) {
    return undo_.Undo(intent);
  }
  std::vector<std::string> UndoStep(absl::string_view step, UndoneRungs rungs,
                                    absl::string_view rung = "") {
    return undo_.UndoStep(step, rungs, rung);
  }

  // Into the run's journal; several share one sync.
  absl::Status Append(JournalRecord record) {
    return journal_.Append(std::move(record));
  }
  absl::Status Append(std::vector<JournalRecord> records) {
    return journal_.Append(std::move(records));
  }

  // Was anything of `step` committed since the host was started?
  bool ActedInThisBoot(absl::string_view step) const;

  // As RunProgress.
  int committed_count(absl::string_view step) const {
    return progress_.committed_count(step);
  }
  int begun() const { return progress_.begun(); }
  int begun_count() const { return progress_.begun_count(); }
  absl::optional<uint64_t> fetched_bytes() const {
    return progress_.fetched_bytes();
  }
  bool durability_lost() const { return progress_.durability_lost(); }

  // The context that actions are performed with, for recovery.
  ActionContext& context() { return context_; }
  const std::string& run_id() const { return journal_.run_id(); }

 private:
  // Why there is nothing to perform, from the audit and from what is on record;
  // nullopt: it is to be performed.
  absl::optional<PerformResult> Settle(const StepAction& action,
                                       const ActionHandler& handler);
  // Is it done, in an earlier run or in this invocation?
  CommitOnRecord OnRecord(const ActionId& id) const;
  // What becomes of it by its class and by what is on record.
  ProposalDecision Decide(const StepAction& action,
                          const ActionHandler& handler,
                          CommitOnRecord commit) const;
  PerformResult Skip(const StepAction& action, PerformResult::Outcome outcome);
  PerformResult Doubt(const StepAction& action, bool committed);
  // The write protocol, from the pre-image on.
  PerformResult Act(const StepAction& action, const ActionHandler& handler);
  PerformResult Fail(const StepAction& action, const absl::Status& status);
  // What becomes of an action that failed after its INTENT.
  PerformResult EndFailed(const StepAction& action,
                          const ActionHandler& handler,
                          const JournalRecord::Intent& intent,
                          const absl::Status& status);
  // The mutexes that the actions name, and one for each path they are about.
  NamedMutexes::Held Lock(absl::Span<const StepAction* const> actions);
  ActionContext ContextFor(const StepAction& action);

  Engine& engine_;
  ActionContext context_;
  const PlanHistory& history_;
  const std::string boot_id_;
  const CommitTrust trust_;
  RunProgress progress_;
  RunJournal journal_;
  ActionUndo undo_;
  NamedMutexes mutexes_;
};

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_EXECUTOR_H_
