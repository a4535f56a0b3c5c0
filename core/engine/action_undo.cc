#include "core/engine/action_undo.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

// Taken as done by the user: nobody knows what it was.
bool IsUnknown(const JournalRecord::Intent& intent) {
  return intent.action().kind_case() == Action::KIND_NOT_SET;
}

}  // namespace

ActionUndo::ActionUndo(Engine& engine, ActionContext& context,
                       RunJournal& journal, RunProgress& progress,
                       const PlanHistory& history)
    : engine_(engine),
      context_(context),
      journal_(journal),
      progress_(progress),
      history_(history) {}

absl::StatusOr<UndoOutcome> ActionUndo::Undo(
    const JournalRecord::Intent& intent) {
  if (IsUnknown(intent)) return UndoOutcome::kNoInverse;
  const ActionHandler& handler = engine_.handlers.Get(intent.action());
  JournalRecord record;
  *record.mutable_undo_intent()->mutable_id() = intent.id();
  record.mutable_undo_intent()->set_undo_digest(
      intent.preparation().preimage_sha256());
  PROVISION_RETURN_IF_ERROR(journal_.Append(std::move(record)));
  absl::StatusOr<UndoOutcome> outcome =
      handler.Undo(intent.action(), intent.preparation(), context_);
  engine_.host_changed();
  progress_.Notice(outcome.status());
  PROVISION_RETURN_IF_ERROR(outcome.status());
  if (*outcome != UndoOutcome::kUndone) return outcome;
  record.Clear();
  *record.mutable_undo_commit()->mutable_id() = intent.id();
  PROVISION_RETURN_IF_ERROR(journal_.Append(std::move(record)));
  progress_.Undo(intent.id());
  return outcome;
}

std::vector<std::string> ActionUndo::UndoStep(absl::string_view step,
                                              UndoneRungs rungs,
                                              absl::string_view rung) {
  const std::vector<JournalRecord::Intent> standing = Standing(step);
  std::vector<std::string> left;
  for (auto intent = standing.rbegin(); intent != standing.rend(); ++intent) {
    const bool is_this = intent->rung() == rung;
    if (rungs != UndoneRungs::kAll &&
        is_this != (rungs == UndoneRungs::kThis)) {
      continue;
    }
    absl::StatusOr<UndoOutcome> outcome = Undo(*intent);
    if (!outcome.ok() || *outcome != UndoOutcome::kUndone) {
      left.push_back(WhyLeft(*intent, outcome));
    }
    if (progress_.durability_lost()) break;
  }
  if (left.empty()) progress_.UndoStep(step);
  return left;
}

std::vector<JournalRecord::Intent> ActionUndo::Standing(
    absl::string_view step) const {
  std::vector<JournalRecord::Intent> standing;
  for (const RunHistory& run : history_.runs()) {
    if (run.id() != journal_.run_id()) continue;
    for (const CommittedAction& action : run.committed()) {
      const ActionId& id = action.intent.id();
      if (id.step() == step && !progress_.undone(id)) {
        standing.push_back(action.intent);
      }
    }
  }
  for (JournalRecord::Intent& intent : progress_.StandingOf(step)) {
    standing.push_back(std::move(intent));
  }
  return standing;
}

std::string ActionUndo::WhyLeft(
    const JournalRecord::Intent& intent,
    const absl::StatusOr<UndoOutcome>& outcome) const {
  if (IsUnknown(intent)) return "an action that was taken as done: unknown";
  const Event::ActionLine line =
      engine_.handlers.Get(intent.action())
          .Describe(intent.action(), engine_.facts, "");
  const std::string what = absl::StrCat(line.verb(), " ", line.object(), ": ");
  if (!outcome.ok()) return absl::StrCat(what, outcome.status().message());
  return absl::StrCat(what, *outcome == UndoOutcome::kForeign
                                ? "changed since by someone else"
                                : "has no inverse");
}

}  // namespace provision
