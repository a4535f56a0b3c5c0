#ifndef PROVISION_CORE_ENGINE_EXECUTOR_H_
#define PROVISION_CORE_ENGINE_EXECUTOR_H_

// Performs single actions by the write protocol of reliability.md 5.1, and
// takes them back. Everything that changes the host in a run goes through here.

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "core/actions/action_handler.h"
#include "core/engine/engine.h"
#include "core/journal/journal.pb.h"
#include "core/journal/plan_history.h"
#include "core/journal/resume_rule.h"
#include "core/journal/run_directory.h"

namespace provision {

// One action at its place in a step.
struct StepAction {
  std::string step;
  std::string rung;  // "" outside a ladder
  Action action;
  ActionId id;
  int number = 0;   // from 1, within the step or rung
  int attempt = 1;  // of the step
  absl::Duration deadline = absl::Hours(1);
  // The action is (part of) this follow-up.
  absl::optional<FollowUpDigest> follow_up;
  // Held beside those of the action: what its step needs.
  std::vector<std::string> mutexes;
  // Of the folder that paths are shown relative to.
  std::string root;
};

struct PerformResult {
  enum class Outcome {
    kCommitted,
    kAlreadyAsWanted,
    kDoneOnce,  // RUN_ONCE, committed earlier
    kAssumed,   // --assume-done
    kFailed,
    kInDoubt,
  };
  Outcome outcome = Outcome::kCommitted;
  absl::Status status;  // why it failed or is in doubt
};

// The ids of the actions of one step, in their order: equal actions get
// ordinals. An input file that cannot be read counts as absent; a secret whose
// version cannot be had is an error.
absl::StatusOr<std::vector<ActionId>> IdentifyActions(
    absl::string_view step,
    const google::protobuf::RepeatedPtrField<Action>& actions, System& system,
    SecretResolver* secrets);

// What is recorded of a failure; decides whether it is worth a retry.
JournalRecord::Fail::Class ClassifyFailure(const absl::Status& status);

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
  // With `trusts_commits` an action that was committed and that nobody can
  // audit is taken as done: of a saved plan it is the very same action.
  Executor(Engine& engine, ActionContext context, RunDirectory& run,
           const PlanHistory& history, std::string boot_id,
           CommitTrust trust = CommitTrust::kNone);

  // Into the run's journal, as RunDirectory::Append; what a failure or a check
  // says goes there without the secrets that are known.
  absl::Status Append(JournalRecord record);

  // Performs `action` unless it is already as wanted or was done once; journals
  // intent and commit; emits action_started, progress, log and action_done.
  PerformResult Perform(const StepAction& action);

  // Takes back what this run committed for `step`, before it was killed too,
  // newest first: all of it, only what `rung` did, or only what other rungs
  // did. Returns how many could not be: without inverse, or changed since.
  enum class Rungs { kAll, kThis, kOthers };
  int UndoStep(absl::string_view step, Rungs rungs,
               absl::string_view rung = "");

  // Takes back one committed action: UNDO_INTENT, inverse, UNDO_COMMIT.
  absl::StatusOr<UndoOutcome> Undo(const JournalRecord::Intent& intent);

  // Is the action done, in an earlier run or in this invocation?
  bool Committed(const ActionId& id);

  // Was anything of `step` committed since the host was started?
  bool ActedInThisBoot(absl::string_view step) const;

  // Actions that were begun in this invocation and not taken back.
  int begun() const;
  // How often an action was begun, taken back or not.
  int begun_count() const;
  uint64_t fetched_bytes() const;
  bool durability_lost() const;

  // The context that actions are performed with, for recovery.
  ActionContext& context() { return context_; }
  RunDirectory& run() { return run_; }

 private:
  // What becomes of it by its class and by what is on record.
  ProposalDecision Decide(const StepAction& action,
                          const ActionHandler& handler, bool committed) const;
  // --assume-done: on record, so that the next run asks no more.
  PerformResult Assume(const StepAction& action, bool committed);
  PerformResult Begin(const StepAction& action, const ActionHandler& handler);
  PerformResult Fail(const StepAction& action, const absl::Status& status);
  // What becomes of an action that failed after its INTENT.
  PerformResult EndFailed(const StepAction& action,
                          const ActionHandler& handler,
                          const JournalRecord::Intent& intent,
                          const absl::Status& status);
  void EmitDone(const StepAction& action, Event::ActionDone::Outcome outcome,
                absl::Duration duration);
  ActionContext ContextFor(const StepAction& action);
  absl::Mutex& NamedMutex(const std::string& name);

  Engine& engine_;
  ActionContext context_;
  RunDirectory& run_;
  const PlanHistory& history_;
  const std::string boot_id_;
  const CommitTrust trust_;

  mutable absl::Mutex mutex_;
  // In the order of their commits.
  std::vector<JournalRecord::Intent> committed_ ABSL_GUARDED_BY(mutex_);
  std::set<ActionKey> begun_ ABSL_GUARDED_BY(mutex_);
  std::set<ActionKey> undone_ ABSL_GUARDED_BY(mutex_);
  // Commands that failed, and may have done a part.
  std::vector<JournalRecord::Intent> half_done_ ABSL_GUARDED_BY(mutex_);
  int begun_count_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t fetched_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool durability_lost_ ABSL_GUARDED_BY(mutex_) = false;
  std::map<std::string, std::unique_ptr<absl::Mutex>> named_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_EXECUTOR_H_
