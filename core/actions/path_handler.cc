#include "core/actions/path_handler.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "core/actions/preimage_store.h"
#include "core/api/proposal.h"
#include "core/base/diagnostic.h"
#include "core/base/planted_bug.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

// Makes what is there durable, as far as it can be synced, and its name.
absl::Status SyncAs(const PathState& state, PathTarget& target) {
  if (state.type() == PathState::FILE || state.type() == PathState::DIRECTORY) {
    PROVISION_RETURN_IF_ERROR(target.parent->SyncFile(target.name));
  }
  return target.parent->Sync();
}

// The content of the temporary, before it gets its name: of a link, and where
// there is none, nothing.
absl::Status SyncTemporary(const Preparation& preparation, PathTarget& target) {
  const PathState::Type before = preparation.before(0).state().type();
  const PathState::Type after = preparation.after(0).state().type();
  const bool has_content =
      after == PathState::FILE ||
      (after == PathState::DIRECTORY && before == PathState::ABSENT);
  if (!has_content || IsPlanted("effect_not_synced")) return absl::OkStatus();
  return target.parent->SyncFile(preparation.temporary_name());
}

// After an error, which matters more than that it could not be removed.
void RemoveTemporary(const Preparation& preparation, PathTarget& target) {
  if (preparation.temporary_name().empty()) return;
  RemoveIfThere(*target.parent, preparation.temporary_name()).IgnoreError();
}

}  // namespace

Action::Reversibility PathHandler::reversibility(const Action&) const {
  return Action::EXACT;
}

Action::RepeatClass PathHandler::repeat_class(const Action&) const {
  return Action::CONVERGENT;
}

absl::StatusOr<Audit> PathHandler::AuditWanted(const Action& action,
                                               ActionContext& context) const {
  PROVISION_ASSIGN_OR_RETURN(PathState found,
                             ObservePath(context.system, ActionPath(action)));
  PROVISION_ASSIGN_OR_RETURN(PathState wanted, Wanted(action, context));
  return StateMatches(wanted, found) ? Audit::kAfter : Audit::kOther;
}

absl::StatusOr<Audit> PathHandler::AuditPrepared(const Action& action,
                                                 const Preparation& preparation,
                                                 ActionContext& context) const {
  absl::StatusOr<PathState> found =
      ObservePath(context.system, ActionPath(action));
  if (!found.ok()) return Audit::kUnknown;
  PROVISION_RETURN_IF_ERROR(Mask(action, context, &*found));
  return Standing(preparation, *found);
}

absl::StatusOr<Preparation> PathHandler::Prepare(const Action& action,
                                                 ActionContext& context) const {
  const std::string path = ActionPath(action);
  PROVISION_ASSIGN_OR_RETURN(PathTarget target,
                             OpenTarget(context.system, path));
  PROVISION_ASSIGN_OR_RETURN(PathState found, Observe(target));
  PROVISION_RETURN_IF_ERROR(ExpectProposed(action, path, found));
  Preparation preparation;
  PathExpectation* before = preparation.add_before();
  before->set_path(path);
  *before->mutable_state() = found;
  PathExpectation* after = preparation.add_after();
  after->set_path(path);
  PROVISION_ASSIGN_OR_RETURN(*after->mutable_state(), Wanted(action, context));
  preparation.set_temporary_name(TemporaryName(context.system));
  PROVISION_RETURN_IF_ERROR(Settle(action, target, context, &preparation));
  PROVISION_RETURN_IF_ERROR(Mask(action, context, before->mutable_state()));
  PROVISION_RETURN_IF_ERROR(Mask(action, context, after->mutable_state()));
  return preparation;
}

absl::Status PathHandler::Perform(const Action& action,
                                  const Preparation& preparation,
                                  ActionContext& context) const {
  PROVISION_ASSIGN_OR_RETURN(PathTarget target,
                             OpenTarget(context.system, ActionPath(action)));
  PROVISION_RETURN_IF_ERROR(
      ObservePrepared(action, preparation, target, context).status());
  PROVISION_RETURN_IF_ERROR(StageAt(action, preparation, target, context));
  PROVISION_RETURN_IF_ERROR(SyncTemporary(preparation, target));
  PROVISION_RETURN_IF_ERROR(PlaceAt(action, preparation, target, context));
  return SyncChange(preparation, target, context);
}

absl::Status PathHandler::Stage(const Action& action,
                                const Preparation& preparation,
                                ActionContext& context) const {
  PROVISION_ASSIGN_OR_RETURN(PathTarget target,
                             OpenTarget(context.system, ActionPath(action)));
  return StageAt(action, preparation, target, context);
}

absl::Status PathHandler::Place(const Action& action,
                                const Preparation& preparation,
                                ActionContext& context) const {
  PROVISION_ASSIGN_OR_RETURN(PathTarget target,
                             OpenTarget(context.system, ActionPath(action)));
  return PlaceAt(action, preparation, target, context);
}

absl::Status PathHandler::StageAt(const Action& action,
                                  const Preparation& preparation,
                                  PathTarget& target,
                                  ActionContext& context) const {
  absl::Status made = MakeTemporary(action, preparation, target, context);
  if (!made.ok()) RemoveTemporary(preparation, target);
  return made;
}

absl::Status PathHandler::PlaceAt(const Action& action,
                                  const Preparation& preparation,
                                  PathTarget& target,
                                  ActionContext& context) const {
  absl::StatusOr<PathState> found =
      ObservePrepared(action, preparation, target, context);
  absl::Status changed = found.status();
  if (changed.ok()) {
    changed = Change(action, preparation, *found, target, context);
  }
  if (!changed.ok()) {
    RemoveTemporary(preparation, target);
    return changed;
  }
  PROVISION_ASSIGN_OR_RETURN(PathState now, Observe(target));
  PROVISION_RETURN_IF_ERROR(Mask(action, context, &now));
  return ExpectState(target.path, preparation.after(0).state(), now);
}

absl::StatusOr<PathState> PathHandler::ObservePrepared(
    const Action& action, const Preparation& preparation, PathTarget& target,
    ActionContext& context) const {
  PROVISION_ASSIGN_OR_RETURN(PathState found, Observe(target));
  PROVISION_RETURN_IF_ERROR(Mask(action, context, &found));
  if (Standing(preparation, found) != Audit::kBefore &&
      !IsPlanted("drift_not_checked")) {
    PROVISION_RETURN_IF_ERROR(
        ExpectState(target.path, preparation.before(0).state(), found));
  }
  return found;
}

absl::Status PathHandler::MakeDurable(const Action& action,
                                      const Preparation& preparation,
                                      ActionContext& context) const {
  PROVISION_ASSIGN_OR_RETURN(PathTarget target,
                             OpenTarget(context.system, ActionPath(action)));
  return SyncAs(preparation.after(0).state(), target);
}

absl::Status PathHandler::Clean(const Action& action,
                                const Preparation& preparation,
                                ActionContext& context) const {
  absl::StatusOr<PathTarget> target =
      OpenTarget(context.system, ActionPath(action));
  if (absl::IsNotFound(target.status())) return absl::OkStatus();
  PROVISION_RETURN_IF_ERROR(target.status());
  absl::Status removed = target->parent->Remove(preparation.temporary_name());
  if (absl::IsNotFound(removed)) return absl::OkStatus();
  PROVISION_RETURN_IF_ERROR(removed);
  // Else a power cut could bring it back once its INTENT is closed.
  return target->parent->Sync();
}

absl::StatusOr<UndoOutcome> PathHandler::Undo(const Action& action,
                                              const Preparation& preparation,
                                              ActionContext& context) const {
  PROVISION_RETURN_IF_ERROR(Clean(action, preparation, context));
  PROVISION_ASSIGN_OR_RETURN(Audit audit,
                             AuditPrepared(action, preparation, context));
  if (audit == Audit::kOther || audit == Audit::kUnknown) {
    return UndoOutcome::kForeign;
  }
  absl::StatusOr<PathTarget> target =
      OpenTarget(context.system, ActionPath(action));
  if (absl::IsNotFound(target.status())) return UndoOutcome::kUndone;
  PROVISION_RETURN_IF_ERROR(target.status());
  if (audit == Audit::kAfter) return Restore(preparation, *target, context);
  // A killed undo may have got so far without a sync.
  PROVISION_RETURN_IF_ERROR(SyncAs(preparation.before(0).state(), *target));
  return UndoOutcome::kUndone;
}

absl::Status PathHandler::MakeTemporary(const Action&, const Preparation&,
                                        PathTarget&, ActionContext&) const {
  return absl::OkStatus();
}

absl::Status PathHandler::Change(const Action&, const Preparation& preparation,
                                 const PathState& found, PathTarget& target,
                                 ActionContext&) const {
  return NameTemporary(target, found, preparation.temporary_name());
}

absl::Status PathHandler::SyncChange(const Preparation&, PathTarget& target,
                                     ActionContext&) const {
  if (IsPlanted("directory_not_synced")) return absl::OkStatus();
  return target.parent->Sync();
}

absl::Status PathHandler::Mask(const Action&, ActionContext&,
                               PathState*) const {
  return absl::OkStatus();
}

Audit PathHandler::Standing(const Preparation& preparation,
                            const PathState& found) const {
  return AuditState(found, preparation);
}

absl::StatusOr<UndoOutcome> PathHandler::Restore(const Preparation& preparation,
                                                 PathTarget& target,
                                                 ActionContext& context) const {
  const PathState& before = preparation.before(0).state();
  const PathState& after = preparation.after(0).state();
  if (before.type() == PathState::SYMLINK) {
    PROVISION_RETURN_IF_ERROR(ReplaceLink(
        target, after, preparation.temporary_name(), before.target()));
  } else if (before.type() == PathState::FILE) {
    PROVISION_ASSIGN_OR_RETURN(
        std::string content,
        LoadPreimage(preparation.preimage_sha256(),
                     preparation.preimage_encrypted(), context));
    PROVISION_RETURN_IF_ERROR(ReplaceFile(
        target, after, preparation.temporary_name(), content, before));
  } else {
    PROVISION_RETURN_IF_ERROR(target.parent->Remove(target.name));
    PROVISION_RETURN_IF_ERROR(target.parent->Sync());
  }
  return UndoOutcome::kUndone;
}

absl::Status InTheWay(absl::string_view path, const PathState& found,
                      absl::string_view thing) {
  return DiagnosticError(absl::StatusCode::kFailedPrecondition,
                         "apply/in-the-way",
                         absl::StrCat(path, ": ", thing, " cannot replace it"))
      .Found(DescribeState(found))
      .Next("move it away, or name another path");
}

}  // namespace provision
