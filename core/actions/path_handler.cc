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
  const std::string path = ActionPath(action);
  PROVISION_ASSIGN_OR_RETURN(PathTarget target,
                             OpenTarget(context.system, path));
  PROVISION_ASSIGN_OR_RETURN(PathState found, Observe(target));
  PROVISION_RETURN_IF_ERROR(Mask(action, context, &found));
  if (Standing(preparation, found) != Audit::kBefore &&
      !IsPlanted("drift_not_checked")) {
    PROVISION_RETURN_IF_ERROR(
        ExpectState(path, preparation.before(0).state(), found));
  }
  PROVISION_RETURN_IF_ERROR(
      Change(action, preparation, found, target, context));
  PROVISION_ASSIGN_OR_RETURN(PathState now, Observe(target));
  PROVISION_RETURN_IF_ERROR(Mask(action, context, &now));
  return ExpectState(path, preparation.after(0).state(), now);
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
  return RemoveIfThere(*target->parent, preparation.temporary_name());
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
