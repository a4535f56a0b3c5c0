#include "core/actions/staged_change.h"

#include <algorithm>
#include <vector>

#include "core/actions/tree_state.h"
#include "core/base/remove_tree.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr uint32_t kStagingMode = 0700;

}  // namespace

absl::StatusOr<StagedChange> StagedChange::Open(System& system,
                                                absl::string_view path) {
  StagedChange change;
  PROVISION_ASSIGN_OR_RETURN(change.target_, OpenTarget(system, path));
  PROVISION_ASSIGN_OR_RETURN(
      change.here_, change.target_.parent->OpenDirectory(change.target_.name));
  return change;
}

absl::StatusOr<MoveProgress> StagedChange::Progress(
    const Preparation& preparation) {
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> staged,
                             OpenSibling(preparation.temporary_name()));
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> aside,
                             OpenSibling(preparation.aside_name()));
  return ProgressOf(preparation.move(), *here_, staged.get(), aside.get());
}

absl::StatusOr<std::string> StagedChange::DigestOfWhatCame(
    const Preparation& preparation) {
  std::vector<std::string> paths;
  for (const Preparation::Move& move : preparation.move()) {
    if (move.comes()) paths.push_back(move.path());
  }
  return DigestOfPaths(*here_, paths);
}

absl::StatusOr<std::unique_ptr<Directory>> StagedChange::MakeStaging(
    const Preparation& preparation) {
  return MakeSibling(preparation.temporary_name());
}

// The folder aside comes first: as long as it is not there, nothing moved.
absl::Status StagedChange::BringIn(const Preparation& preparation) {
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> staged,
                             MakeSibling(preparation.temporary_name()));
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> aside,
                             MakeSibling(preparation.aside_name()));
  PROVISION_RETURN_IF_ERROR(
      PerformMoves(preparation.move(), {*here_, *staged, *aside}));
  return here_->SyncFileSystem();
}

absl::Status StagedChange::Finish(const Preparation& preparation) {
  Directory& parent = *target_.parent;
  PROVISION_RETURN_IF_ERROR(RemoveTree(parent, preparation.temporary_name()));
  const auto& moves = preparation.move();
  const bool is_kept = std::any_of(
      moves.begin(), moves.end(),
      [](const Preparation::Move& move) { return move.gives_way(); });
  if (!is_kept) {
    PROVISION_RETURN_IF_ERROR(RemoveIfThere(parent, preparation.aside_name()));
  }
  return parent.Sync();
}

absl::Status StagedChange::TakeBack(const Preparation& preparation) {
  Directory& parent = *target_.parent;
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> aside,
                             OpenSibling(preparation.aside_name()));
  if (aside != nullptr) {
    PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> staged,
                               MakeSibling(preparation.temporary_name()));
    PROVISION_RETURN_IF_ERROR(
        BringBack(preparation.move(), {*here_, *staged, *aside}));
    PROVISION_RETURN_IF_ERROR(here_->SyncFileSystem());
  }
  PROVISION_RETURN_IF_ERROR(RemoveTree(parent, preparation.temporary_name()));
  PROVISION_RETURN_IF_ERROR(RemoveTree(parent, preparation.aside_name()));
  return parent.Sync();
}

absl::Status StagedChange::Reopen(const Preparation& preparation) {
  return MakeSibling(preparation.aside_name()).status();
}

absl::StatusOr<std::unique_ptr<Directory>> StagedChange::OpenSibling(
    const std::string& name) {
  absl::StatusOr<std::unique_ptr<Directory>> opened =
      target_.parent->OpenDirectory(name);
  if (absl::IsNotFound(opened.status())) return std::unique_ptr<Directory>();
  return opened;
}

absl::StatusOr<std::unique_ptr<Directory>> StagedChange::MakeSibling(
    const std::string& name) {
  absl::Status made = target_.parent->MakeDirectory(name, kStagingMode);
  if (!made.ok() && !absl::IsAlreadyExists(made)) return made;
  return target_.parent->OpenDirectory(name);
}

}  // namespace provision
