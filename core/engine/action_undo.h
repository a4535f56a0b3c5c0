#ifndef PROVISION_CORE_ENGINE_ACTION_UNDO_H_
#define PROVISION_CORE_ENGINE_ACTION_UNDO_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/actions/action_handler.h"
#include "core/engine/engine.h"
#include "core/engine/run_journal.h"
#include "core/engine/run_progress.h"
#include "core/journal/journal.pb.h"
#include "core/journal/plan_history.h"

namespace provision {

// Which actions of a step are taken back: all, only what one rung did, or only
// what other rungs did.
enum class UndoneRungs { kAll, kThis, kOthers };

// Takes back what a run has committed (reliability.md 8). Thread-safe; keeps
// everything by reference.
class ActionUndo {
 public:
  ActionUndo(Engine& engine, ActionContext& context, RunJournal& journal,
             RunProgress& progress, const PlanHistory& history);

  // One committed action: UNDO_INTENT, inverse, UNDO_COMMIT.
  absl::StatusOr<UndoOutcome> Undo(const JournalRecord::Intent& intent);

  // What this run committed for `step`, before it was killed too, newest first.
  // Returns a line for each that could not be: what it did, and why it stays.
  std::vector<std::string> UndoStep(absl::string_view step, UndoneRungs rungs,
                                    absl::string_view rung = "");

 private:
  std::vector<JournalRecord::Intent> Standing(absl::string_view step) const;
  std::string WhyLeft(const JournalRecord::Intent& intent,
                      const absl::StatusOr<UndoOutcome>& outcome) const;

  Engine& engine_;
  ActionContext& context_;
  RunJournal& journal_;
  RunProgress& progress_;
  const PlanHistory& history_;
};

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_ACTION_UNDO_H_
