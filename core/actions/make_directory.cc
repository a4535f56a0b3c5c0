#include "core/actions/make_directory.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/actions/display_path.h"
#include "core/actions/path_handler.h"
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

class MakeDirectoryHandler final : public PathHandler {
 public:
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

  absl::Status Clean(const Action& action, const Preparation& preparation,
                     ActionContext& context) const override {
    PROVISION_RETURN_IF_ERROR(PathHandler::Clean(action, preparation, context));
    absl::StatusOr<PathTarget> target =
        OpenTarget(context.system, action.make_directory().path());
    if (absl::IsNotFound(target.status())) return absl::OkStatus();
    PROVISION_RETURN_IF_ERROR(target.status());
    PROVISION_ASSIGN_OR_RETURN(PathState found, Observe(*target));
    const PathState& before = preparation.before(0).state();
    if (StateMatches(before, found) ||
        Standing(preparation, found) != Audit::kBefore) {
      return absl::OkStatus();
    }
    // Else a later rollback would restore the half of it.
    PROVISION_RETURN_IF_ERROR(
        SetAttributes(*target->parent, target->name, before));
    return target->parent->SyncFile(target->name);
  }

 protected:
  absl::StatusOr<PathState> Wanted(const Action& action,
                                   ActionContext&) const override {
    const MakeDirectory& directory = action.make_directory();
    PathState wanted;
    wanted.set_type(PathState::DIRECTORY);
    wanted.set_mode(ModeOf(directory));
    if (directory.has_uid()) wanted.set_uid(directory.uid());
    if (directory.has_gid()) wanted.set_gid(directory.gid());
    return wanted;
  }

  absl::Status Settle(const Action& action, PathTarget&, ActionContext&,
                      Preparation* preparation) const override {
    const PathState& found = preparation->before(0).state();
    if (found.type() == PathState::ABSENT ||
        found.type() == PathState::DIRECTORY) {
      return absl::OkStatus();
    }
    return InTheWay(action.make_directory().path(), found, "a directory");
  }

  // Mode and owner of one that was there are two calls: killed in between, it
  // has some of each.
  Audit Standing(const Preparation& preparation,
                 const PathState& found) const override {
    const Audit audit = PathHandler::Standing(preparation, found);
    if (audit != Audit::kOther) return audit;
    return IsBetween(preparation.before(0).state(),
                     preparation.after(0).state(), found)
               ? Audit::kBefore
               : Audit::kOther;
  }

  absl::Status MakeTemporary(const Action&, const Preparation& preparation,
                             PathTarget& target,
                             ActionContext&) const override {
    if (!MakesOne(preparation)) return absl::OkStatus();
    const PathState& after = preparation.after(0).state();
    PROVISION_RETURN_IF_ERROR(target.parent->MakeDirectory(
        preparation.temporary_name(), after.mode()));
    PROVISION_RETURN_IF_ERROR(
        SetAttributes(*target.parent, preparation.temporary_name(), after));
    return ExpectKept(target, preparation.temporary_name(), after);
  }

  absl::Status Change(const Action& action, const Preparation& preparation,
                      const PathState& found, PathTarget& target,
                      ActionContext& context) const override {
    if (MakesOne(preparation)) {
      return PathHandler::Change(action, preparation, found, target, context);
    }
    const PathState& after = preparation.after(0).state();
    absl::Status set = SetAttributes(*target.parent, target.name, after);
    if (set.ok()) set = ExpectKept(target, target.name, after);
    if (!set.ok()) {
      // Nothing is left half-done; the failure matters more than this one.
      SetAttributes(*target.parent, target.name, preparation.before(0).state())
          .IgnoreError();
    }
    return set;
  }

  absl::Status SyncChange(const Preparation& preparation, PathTarget& target,
                          ActionContext& context) const override {
    if (MakesOne(preparation)) {
      return PathHandler::SyncChange(preparation, target, context);
    }
    return target.parent->SyncFile(target.name);
  }

  absl::StatusOr<UndoOutcome> Restore(const Preparation& preparation,
                                      PathTarget& target,
                                      ActionContext&) const override {
    const PathState& before = preparation.before(0).state();
    if (before.type() == PathState::DIRECTORY) {
      PROVISION_RETURN_IF_ERROR(
          SetAttributes(*target.parent, target.name, before));
      PROVISION_RETURN_IF_ERROR(target.parent->SyncFile(target.name));
    } else {
      PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> made,
                                 target.parent->OpenDirectory(target.name));
      PROVISION_ASSIGN_OR_RETURN(std::vector<DirectoryEntry> entries,
                                 made->List());
      if (!entries.empty()) return UndoOutcome::kForeign;
      PROVISION_RETURN_IF_ERROR(target.parent->Remove(target.name));
    }
    PROVISION_RETURN_IF_ERROR(target.parent->Sync());
    return UndoOutcome::kUndone;
  }

 private:
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

  // Or was one there, which gets mode and owner?
  static bool MakesOne(const Preparation& preparation) {
    return preparation.before(0).state().type() == PathState::ABSENT;
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
    return parent.SetMode(name, wanted.mode());
  }
};

}  // namespace

std::unique_ptr<ActionHandler> NewMakeDirectoryHandler() {
  return std::make_unique<MakeDirectoryHandler>();
}

}  // namespace provision
