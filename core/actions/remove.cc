#include "core/actions/remove.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/actions/display_path.h"
#include "core/actions/path_handler.h"
#include "core/actions/path_target.h"
#include "core/api/proposal.h"
#include "core/base/byte_text.h"
#include "core/base/diagnostic.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

// What begins the name of something that was moved into undo/.
constexpr absl::string_view kInUndo = "undo/";

class RemoveHandler final : public PathHandler {
 public:
  Event::ActionLine Describe(const Action& action, FactReader& reader,
                             absl::string_view root) const override {
    Event::ActionLine line;
    line.set_verb("remove");
    line.set_object(DisplayPath(action.remove().path(), root, reader));
    const PathState now = Facts(reader, {}).Metadata(action.remove().path());
    switch (now.type()) {
      case PathState::FILE:
        line.set_note(absl::StrCat("file, ", ByteText(now.size())));
        break;
      case PathState::DIRECTORY:
        line.set_note(action.remove().recursive()
                          ? "directory, with all below it"
                          : "empty directory");
        break;
      case PathState::SYMLINK:
        line.set_note(absl::StrCat("link to ", now.target()));
        break;
      case PathState::ABSENT:
      case PathState::OTHER:
      case PathState::UNSPECIFIED:
        break;
    }
    return line;
  }

  absl::Status MakeDurable(const Action& action, const Preparation& preparation,
                           ActionContext& context) const override {
    PROVISION_ASSIGN_OR_RETURN(
        PathTarget target, OpenTarget(context.system, action.remove().path()));
    return SyncChange(preparation, target, context);
  }

  absl::Status Clean(const Action&, const Preparation&,
                     ActionContext&) const override {
    return absl::OkStatus();  // one rename: nothing is half-made
  }

  absl::StatusOr<UndoOutcome> Undo(const Action& action,
                                   const Preparation& preparation,
                                   ActionContext& context) const override {
    const std::string& path = action.remove().path();
    absl::StatusOr<PathTarget> target = OpenTarget(context.system, path);
    if (absl::IsNotFound(target.status())) return UndoOutcome::kForeign;
    PROVISION_RETURN_IF_ERROR(target.status());
    PROVISION_ASSIGN_OR_RETURN(PathState found, Observe(*target));
    PROVISION_ASSIGN_OR_RETURN(Aside aside,
                               OpenAside(*target, preparation, context));
    PROVISION_ASSIGN_OR_RETURN(absl::optional<FileMetadata> kept,
                               aside.directory->Lstat(aside.name));
    if (found.type() != PathState::ABSENT) {
      // A cut between the two syncs of an undo may leave it at both places.
      PROVISION_ASSIGN_OR_RETURN(absl::optional<FileMetadata> here,
                                 target->parent->Lstat(target->name));
      const bool is_back =
          kept.has_value() ? here.has_value() && here->inode == kept->inode &&
                                 here->device == kept->device
                           : StateMatches(preparation.before(0).state(), found);
      return is_back ? UndoOutcome::kUndone : UndoOutcome::kForeign;
    }
    if (!kept.has_value()) {
      return DiagnosticError(
          absl::StatusCode::kDataLoss, "run/undo-damaged",
          absl::StrCat(path, ": what was moved aside is gone"));
    }
    PROVISION_RETURN_IF_ERROR(
        aside.directory->Rename(aside.name, *target->parent, target->name,
                                Directory::RenameMode::kNoReplace));
    PROVISION_RETURN_IF_ERROR(SyncMove(*target->parent, *aside.directory));
    return UndoOutcome::kUndone;
  }

 protected:
  absl::StatusOr<PathState> Wanted(const Action&,
                                   ActionContext&) const override {
    PathState wanted;
    wanted.set_type(PathState::ABSENT);
    return wanted;
  }

  absl::Status Settle(const Action& action, PathTarget& target,
                      ActionContext& context,
                      Preparation* preparation) const override {
    PROVISION_RETURN_IF_ERROR(
        CheckEmpty(action, target, preparation->before(0).state()));
    PROVISION_ASSIGN_OR_RETURN(Directory * undo, context.undo());
    PROVISION_ASSIGN_OR_RETURN(FileMetadata here, target.parent->Stat());
    PROVISION_ASSIGN_OR_RETURN(FileMetadata there, undo->Stat());
    preparation->set_aside_name(absl::StrCat(
        here.device == there.device ? kInUndo : "", AsideName(context.system)));
    preparation->clear_temporary_name();
    return absl::OkStatus();
  }

  absl::Status Change(const Action& action, const Preparation& preparation,
                      const PathState& found, PathTarget& target,
                      ActionContext& context) const override {
    PROVISION_RETURN_IF_ERROR(CheckEmpty(action, target, found));
    PROVISION_ASSIGN_OR_RETURN(Aside aside,
                               OpenAside(target, preparation, context));
    return target.parent->Rename(target.name, *aside.directory, aside.name,
                                 Directory::RenameMode::kNoReplace);
  }

  absl::Status SyncChange(const Preparation& preparation, PathTarget& target,
                          ActionContext& context) const override {
    PROVISION_ASSIGN_OR_RETURN(Aside aside,
                               OpenAside(target, preparation, context));
    return SyncMove(*aside.directory, *target.parent);
  }

 private:
  // Where what was removed is kept.
  struct Aside {
    Directory* directory;
    std::string name;
  };

  static absl::StatusOr<Aside> OpenAside(PathTarget& target,
                                         const Preparation& preparation,
                                         ActionContext& context) {
    absl::string_view name = preparation.aside_name();
    if (!absl::ConsumePrefix(&name, kInUndo)) {
      return Aside{target.parent.get(), std::string(name)};
    }
    PROVISION_ASSIGN_OR_RETURN(Directory * undo, context.undo());
    return Aside{undo, std::string(name)};
  }

  // Where it went first: after a cut it is at one of the two, or at both.
  static absl::Status SyncMove(Directory& to, Directory& from) {
    PROVISION_RETURN_IF_ERROR(to.Sync());
    return from.Sync();
  }

  static absl::Status CheckEmpty(const Action& action, PathTarget& target,
                                 const PathState& found) {
    if (found.type() != PathState::DIRECTORY || action.remove().recursive()) {
      return absl::OkStatus();
    }
    PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> directory,
                               target.parent->OpenDirectory(target.name));
    PROVISION_ASSIGN_OR_RETURN(std::vector<DirectoryEntry> entries,
                               directory->List());
    if (entries.empty()) return absl::OkStatus();
    return DiagnosticError(absl::StatusCode::kFailedPrecondition,
                           "apply/not-empty",
                           absl::StrCat(target.path, ": is not empty"))
        .Found(absl::StrCat(entries.size(), " entries, the first is ",
                            entries.front().name))
        .Next("say `recursive: true` to remove it with what is in it");
  }
};

}  // namespace

std::unique_ptr<ActionHandler> NewRemoveHandler() {
  return std::make_unique<RemoveHandler>();
}

}  // namespace provision
