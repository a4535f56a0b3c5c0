#include "core/actions/make_directory.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/actions/display_path.h"
#include "core/actions/path_target.h"
#include "core/api/proposal.h"
#include "core/base/diagnostic.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr uint32_t kDefaultMode = 0755;

uint32_t ModeOf(const MakeDirectory& directory) {
  return directory.has_mode() ? directory.mode() : kDefaultMode;
}

class MakeDirectoryHandler final : public ActionHandler {
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
    const MakeDirectory& directory = action.make_directory();
    Event::ActionLine line;
    line.set_verb("mkdir");
    line.set_object(DisplayPath(directory.path(), root, reader));
    const PathState now = Facts(reader, {}).Metadata(directory.path());
    if (now.type() == PathState::DIRECTORY) {
      line.set_note(
          absl::StrFormat("mode %04o to %04o", now.mode(), ModeOf(directory)));
    } else if (ModeOf(directory) != kDefaultMode) {
      line.set_note(absl::StrFormat("mode %04o", ModeOf(directory)));
    }
    return line;
  }

  absl::StatusOr<Audit> AuditWanted(const Action& action,
                                    ActionContext& context) const override {
    PROVISION_ASSIGN_OR_RETURN(
        PathState found,
        ObservePath(context.system, action.make_directory().path()));
    return StateMatches(Wanted(action), found) ? Audit::kAfter : Audit::kOther;
  }

  absl::StatusOr<Audit> AuditPrepared(const Action& action,
                                      const Preparation& preparation,
                                      ActionContext& context) const override {
    const std::string& path = action.make_directory().path();
    PROVISION_ASSIGN_OR_RETURN(Audit audit,
                               AuditPath(context.system, path, preparation));
    if (audit != Audit::kOther) return audit;
    // Mode and owner of one that was there are two calls: killed in between, it
    // has some of each.
    absl::StatusOr<PathState> found = ObservePath(context.system, path);
    if (!found.ok()) return Audit::kUnknown;
    return IsBetween(preparation.before(0).state(),
                     preparation.after(0).state(), *found)
               ? Audit::kBefore
               : Audit::kOther;
  }

  absl::StatusOr<Preparation> Prepare(const Action& action,
                                      ActionContext& context) const override {
    const std::string& path = action.make_directory().path();
    PROVISION_ASSIGN_OR_RETURN(PathTarget target,
                               OpenTarget(context.system, path));
    PROVISION_ASSIGN_OR_RETURN(PathState found, Observe(target));
    PROVISION_RETURN_IF_ERROR(ExpectProposed(action, path, found));
    if (found.type() != PathState::ABSENT &&
        found.type() != PathState::DIRECTORY) {
      return DiagnosticError(
                 absl::StatusCode::kFailedPrecondition, "apply/in-the-way",
                 absl::StrCat(path, ": a directory cannot replace it"))
          .Found(DescribeState(found))
          .Next("move it away, or name another path");
    }
    Preparation preparation;
    preparation.add_before()->set_path(path);
    *preparation.mutable_before(0)->mutable_state() = found;
    preparation.add_after()->set_path(path);
    *preparation.mutable_after(0)->mutable_state() = Wanted(action);
    preparation.set_temporary_name(TemporaryName(context.system));
    return preparation;
  }

  absl::Status Perform(const Action& action, const Preparation& preparation,
                       ActionContext& context) const override {
    const std::string& path = action.make_directory().path();
    PROVISION_ASSIGN_OR_RETURN(PathTarget target,
                               OpenTarget(context.system, path));
    PROVISION_ASSIGN_OR_RETURN(PathState found, Observe(target));
    const PathState& before = preparation.before(0).state();
    const PathState& after = preparation.after(0).state();
    if (!IsBetween(before, after, found)) {
      PROVISION_RETURN_IF_ERROR(ExpectState(path, before, found));
    }
    absl::Status made = before.type() == PathState::ABSENT
                            ? Make(target, preparation.temporary_name(), after)
                            : SetAttributes(*target.parent, target.name, after);
    PROVISION_RETURN_IF_ERROR(made);
    PROVISION_ASSIGN_OR_RETURN(PathState now, Observe(target));
    return ExpectState(path, after, now);
  }

  absl::Status MakeDurable(const Action& action, const Preparation&,
                           ActionContext& context) const override {
    PROVISION_ASSIGN_OR_RETURN(
        PathTarget target,
        OpenTarget(context.system, action.make_directory().path()));
    PROVISION_RETURN_IF_ERROR(target.parent->SyncFile(target.name));
    return target.parent->Sync();
  }

  absl::Status Clean(const Action& action, const Preparation& preparation,
                     ActionContext& context) const override {
    absl::StatusOr<PathTarget> target =
        OpenTarget(context.system, action.make_directory().path());
    if (absl::IsNotFound(target.status())) return absl::OkStatus();
    PROVISION_RETURN_IF_ERROR(target.status());
    PROVISION_ASSIGN_OR_RETURN(PathState found, Observe(*target));
    const PathState& before = preparation.before(0).state();
    if (IsBetween(before, preparation.after(0).state(), found) &&
        !StateMatches(before, found) &&
        !StateMatches(preparation.after(0).state(), found)) {
      // Else a later rollback would restore the half of it.
      PROVISION_RETURN_IF_ERROR(
          SetAttributes(*target->parent, target->name, before));
    }
    return RemoveIfThere(*target->parent, preparation.temporary_name());
  }

  absl::StatusOr<UndoOutcome> Undo(const Action& action,
                                   const Preparation& preparation,
                                   ActionContext& context) const override {
    const std::string& path = action.make_directory().path();
    PROVISION_RETURN_IF_ERROR(Clean(action, preparation, context));
    PROVISION_ASSIGN_OR_RETURN(Audit audit,
                               AuditPrepared(action, preparation, context));
    if (audit == Audit::kOther || audit == Audit::kUnknown) {
      return UndoOutcome::kForeign;
    }
    absl::StatusOr<PathTarget> target = OpenTarget(context.system, path);
    if (absl::IsNotFound(target.status())) return UndoOutcome::kUndone;
    PROVISION_RETURN_IF_ERROR(target.status());
    const PathState& before = preparation.before(0).state();
    if (before.type() == PathState::DIRECTORY) {
      PROVISION_RETURN_IF_ERROR(
          SetAttributes(*target->parent, target->name, before));
    } else if (audit == Audit::kAfter) {
      PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> made,
                                 target->parent->OpenDirectory(target->name));
      PROVISION_ASSIGN_OR_RETURN(std::vector<DirectoryEntry> entries,
                                 made->List());
      if (!entries.empty()) return UndoOutcome::kForeign;
      PROVISION_RETURN_IF_ERROR(target->parent->Remove(target->name));
    }
    PROVISION_RETURN_IF_ERROR(target->parent->Sync());
    return UndoOutcome::kUndone;
  }

 private:
  static PathState Wanted(const Action& action) {
    const MakeDirectory& directory = action.make_directory();
    PathState wanted;
    wanted.set_type(PathState::DIRECTORY);
    wanted.set_mode(ModeOf(directory));
    if (directory.has_uid()) wanted.set_uid(directory.uid());
    if (directory.has_gid()) wanted.set_gid(directory.gid());
    return wanted;
  }

  // A directory whose mode and owner are each those before or after.
  static bool IsBetween(const PathState& before, const PathState& after,
                        const PathState& found) {
    if (before.type() != PathState::DIRECTORY ||
        found.type() != PathState::DIRECTORY) {
      return false;
    }
    const auto either = [](uint32_t value, uint32_t a, bool has_b, uint32_t b) {
      return value == a || (has_b && value == b);
    };
    return either(found.mode(), before.mode(), true, after.mode()) &&
           either(found.uid(), before.uid(), after.has_uid(), after.uid()) &&
           either(found.gid(), before.gid(), after.has_gid(), after.gid());
  }

  static absl::Status Make(PathTarget& target, absl::string_view temporary,
                           const PathState& wanted) {
    Directory& parent = *target.parent;
    absl::Status status = parent.MakeDirectory(temporary, wanted.mode());
    if (status.ok()) status = SetAttributes(parent, temporary, wanted);
    if (status.ok()) {
      status = parent.Rename(temporary, parent, target.name,
                             Directory::RenameMode::kNoReplace);
    }
    if (!status.ok()) {
      if (!IsNotDurable(status)) {
        RemoveIfThere(parent, temporary).IgnoreError();
      }
      return status;
    }
    return parent.Sync();
  }

  static absl::Status SetAttributes(Directory& parent, absl::string_view name,
                                    const PathState& wanted) {
    if (wanted.has_uid() || wanted.has_gid()) {
      PROVISION_ASSIGN_OR_RETURN(absl::optional<FileMetadata> now,
                                 parent.Lstat(name));
      if (!now.has_value()) return absl::AbortedError("it is gone");
      const uint32_t uid = wanted.has_uid() ? wanted.uid() : now->uid;
      const uint32_t gid = wanted.has_gid() ? wanted.gid() : now->gid;
      if (uid != now->uid || gid != now->gid) {
        PROVISION_RETURN_IF_ERROR(parent.SetOwner(name, uid, gid));
      }
    }
    PROVISION_RETURN_IF_ERROR(parent.SetMode(name, wanted.mode()));
    return parent.SyncFile(name);
  }
};

}  // namespace

std::unique_ptr<ActionHandler> NewMakeDirectoryHandler() {
  return std::make_unique<MakeDirectoryHandler>();
}

}  // namespace provision
