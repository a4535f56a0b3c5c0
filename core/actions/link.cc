#include "core/actions/link.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "core/actions/display_path.h"
#include "core/actions/path_target.h"
#include "core/actions/preimage_store.h"
#include "core/api/proposal.h"
#include "core/base/diagnostic.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

class LinkHandler final : public ActionHandler {
 public:
  bool atomic() const override { return true; }

  Action::Reversibility reversibility(const Action&) const override {
    return Action::EXACT;
  }

  Action::RepeatClass repeat_class(const Action&) const override {
    return Action::CONVERGENT;
  }

  Event::ActionLine Describe(const Action& action, FactReader& reader,
                             absl::string_view root) const override {
    Event::ActionLine line;
    line.set_verb("link");
    line.set_object(DisplayPath(action.link().path(), root, reader));
    const PathState now = Facts(reader, {}).Metadata(action.link().path());
    line.set_note(absl::StrCat(
        "→ ", DisplayPath(action.link().target(), root, reader),
        now.type() == PathState::SYMLINK ? absl::StrCat(", was ", now.target())
                                         : ""));
    return line;
  }

  absl::StatusOr<Audit> AuditWanted(const Action& action,
                                    ActionContext& context) const override {
    PROVISION_ASSIGN_OR_RETURN(
        PathState found, ObservePath(context.system, action.link().path()));
    return StateMatches(Wanted(action), found) ? Audit::kAfter : Audit::kOther;
  }

  absl::StatusOr<Audit> AuditPrepared(const Action& action,
                                      const Preparation& preparation,
                                      ActionContext& context) const override {
    return AuditPath(context.system, action.link().path(), preparation);
  }

  absl::StatusOr<Preparation> Prepare(const Action& action,
                                      ActionContext& context) const override {
    const std::string& path = action.link().path();
    PROVISION_ASSIGN_OR_RETURN(PathTarget target,
                               OpenTarget(context.system, path));
    PROVISION_ASSIGN_OR_RETURN(PathState found, Observe(target));
    PROVISION_RETURN_IF_ERROR(ExpectProposed(action, path, found));
    if (found.type() == PathState::DIRECTORY ||
        found.type() == PathState::OTHER) {
      return DiagnosticError(absl::StatusCode::kFailedPrecondition,
                             "apply/in-the-way",
                             absl::StrCat(path, ": a link cannot replace it"))
          .Found(DescribeState(found))
          .Next("move it away, or name another path");
    }
    Preparation preparation;
    preparation.add_before()->set_path(path);
    *preparation.mutable_before(0)->mutable_state() = found;
    preparation.add_after()->set_path(path);
    *preparation.mutable_after(0)->mutable_state() = Wanted(action);
    if (found.type() == PathState::FILE) {
      PROVISION_ASSIGN_OR_RETURN(
          *preparation.mutable_preimage_sha256(),
          SavePreimage(target, /*is_secret=*/false, context));
    }
    preparation.set_temporary_name(TemporaryName(context.system));
    return preparation;
  }

  absl::Status Perform(const Action& action, const Preparation& preparation,
                       ActionContext& context) const override {
    const std::string& path = action.link().path();
    PROVISION_ASSIGN_OR_RETURN(PathTarget target,
                               OpenTarget(context.system, path));
    PROVISION_ASSIGN_OR_RETURN(PathState found, Observe(target));
    PROVISION_RETURN_IF_ERROR(
        ExpectState(path, preparation.before(0).state(), found));
    PROVISION_RETURN_IF_ERROR(ReplaceLink(
        target, found, preparation.temporary_name(), action.link().target()));
    PROVISION_ASSIGN_OR_RETURN(PathState made, Observe(target));
    return ExpectState(path, preparation.after(0).state(), made);
  }

  absl::Status MakeDurable(const Action& action, const Preparation&,
                           ActionContext& context) const override {
    PROVISION_ASSIGN_OR_RETURN(
        PathTarget target, OpenTarget(context.system, action.link().path()));
    return target.parent->Sync();
  }

  absl::Status Clean(const Action& action, const Preparation& preparation,
                     ActionContext& context) const override {
    absl::StatusOr<PathTarget> target =
        OpenTarget(context.system, action.link().path());
    if (absl::IsNotFound(target.status())) return absl::OkStatus();
    PROVISION_RETURN_IF_ERROR(target.status());
    return RemoveIfThere(*target->parent, preparation.temporary_name());
  }

  absl::StatusOr<UndoOutcome> Undo(const Action& action,
                                   const Preparation& preparation,
                                   ActionContext& context) const override {
    const std::string& path = action.link().path();
    PROVISION_RETURN_IF_ERROR(Clean(action, preparation, context));
    PROVISION_ASSIGN_OR_RETURN(Audit audit,
                               AuditPath(context.system, path, preparation));
    if (audit == Audit::kOther || audit == Audit::kUnknown) {
      return UndoOutcome::kForeign;
    }
    absl::StatusOr<PathTarget> target = OpenTarget(context.system, path);
    if (absl::IsNotFound(target.status())) return UndoOutcome::kUndone;
    PROVISION_RETURN_IF_ERROR(target.status());
    if (audit == Audit::kAfter) {
      PROVISION_RETURN_IF_ERROR(Restore(*target, preparation, context));
    } else {
      PROVISION_RETURN_IF_ERROR(target->parent->Sync());
    }
    return UndoOutcome::kUndone;
  }

 private:
  static PathState Wanted(const Action& action) {
    PathState wanted;
    wanted.set_type(PathState::SYMLINK);
    wanted.set_target(action.link().target());
    return wanted;
  }

  static absl::Status Restore(PathTarget& target,
                              const Preparation& preparation,
                              ActionContext& context) {
    const PathState& before = preparation.before(0).state();
    const PathState& after = preparation.after(0).state();
    if (before.type() == PathState::SYMLINK) {
      return ReplaceLink(target, after, preparation.temporary_name(),
                         before.target());
    }
    if (before.type() == PathState::FILE) {
      PROVISION_ASSIGN_OR_RETURN(
          std::string content,
          LoadPreimage(preparation.preimage_sha256(), false, context));
      return ReplaceFile(target, after, preparation.temporary_name(), content,
                         before);
    }
    PROVISION_RETURN_IF_ERROR(target.parent->Remove(target.name));
    return target.parent->Sync();
  }
};

}  // namespace

std::unique_ptr<ActionHandler> NewLinkHandler() {
  return std::make_unique<LinkHandler>();
}

}  // namespace provision
