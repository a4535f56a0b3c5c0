#include "core/actions/tree_merge.h"

#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/types/optional.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr uint32_t kFolderMode = 0755;

// Both lists of files as a tree.
struct Node {
  std::map<std::string, std::unique_ptr<Node>> below;
  bool gone = false;
  bool coming = false;

  Node& Below(absl::string_view path) {
    Node* node = this;
    for (absl::string_view part : absl::StrSplit(path, '/')) {
      std::unique_ptr<Node>& next = node->below[std::string(part)];
      if (next == nullptr) next = std::make_unique<Node>();
      node = next.get();
    }
    return *node;
  }

  // Whether a file comes here or below.
  bool AnyComes() const {
    if (coming) return true;
    for (const auto& [name, node] : below) {
      if (node->AnyComes()) return true;
    }
    return false;
  }
};

// Whether everything in `folder` goes.
absl::StatusOr<bool> GoesWhole(Directory& folder, const Node& node) {
  PROVISION_ASSIGN_OR_RETURN(std::vector<DirectoryEntry> entries,
                             folder.List());
  for (const DirectoryEntry& entry : entries) {
    const auto child = node.below.find(entry.name);
    if (child == node.below.end()) return false;
    if (entry.type != FileType::kDirectory) {
      if (!child->second->gone) return false;
      continue;
    }
    PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> below,
                               folder.OpenDirectory(entry.name));
    PROVISION_ASSIGN_OR_RETURN(bool whole, GoesWhole(*below, *child->second));
    if (!whole) return false;
  }
  return true;
}

class MovePlanner {
 public:
  absl::Status Visit(Directory& folder, const std::string& prefix,
                     const Node& node) {
    for (const auto& [name, child] : node.below) {
      PROVISION_ASSIGN_OR_RETURN(absl::optional<FileMetadata> found,
                                 folder.Lstat(name));
      const std::string path = absl::StrCat(prefix, name);
      if (!found.has_value()) {
        if (child->AnyComes()) Add(path, found, true);
      } else if (found->type == FileType::kDirectory) {
        PROVISION_RETURN_IF_ERROR(VisitFolder(folder, path, *found, *child));
      } else if (child->AnyComes() && !child->coming && !child->gone) {
        return Conflict(path, "a file, and a folder is to come there");
      } else if (child->AnyComes() || child->gone) {
        Add(path, found, child->AnyComes());
      }
    }
    return absl::OkStatus();
  }

  Moves Take() { return std::move(moves_); }

 private:
  absl::Status VisitFolder(Directory& folder, const std::string& path,
                           const FileMetadata& found, const Node& node) {
    PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> below,
                               folder.OpenDirectory(BaseName(path)));
    PROVISION_ASSIGN_OR_RETURN(bool whole, GoesWhole(*below, node));
    if (whole) {
      Add(path, found, node.AnyComes());
      return absl::OkStatus();
    }
    if (node.coming) {
      return Conflict(path, "a folder, and a file is to come there");
    }
    return Visit(*below, absl::StrCat(path, "/"), node);
  }

  static absl::Status Conflict(absl::string_view path,
                               absl::string_view reason) {
    return DiagnosticError(absl::StatusCode::kFailedPrecondition,
                           "apply/conflict", absl::StrCat(path, ": ", reason));
  }

  void Add(const std::string& path, const absl::optional<FileMetadata>& found,
           bool comes) {
    Preparation::Move* move = moves_.Add();
    move->set_path(path);
    move->set_comes(comes);
    if (!found.has_value()) return;
    move->set_gives_way(true);
    move->set_device(found->device);
    move->set_inode(found->inode);
  }

  Moves moves_;
};

absl::Status MakeParents(Directory& tree, absl::string_view path) {
  for (size_t slash = path.find('/'); slash != absl::string_view::npos;
       slash = path.find('/', slash + 1)) {
    absl::Status made = tree.MakeDirectory(path.substr(0, slash), kFolderMode);
    if (!made.ok() && !absl::IsAlreadyExists(made)) return made;
  }
  return absl::OkStatus();
}

absl::Status Transfer(Directory& from, Directory& to, const std::string& path) {
  return from.Rename(path, to, path, Directory::RenameMode::kNoReplace);
}

// Where the names of a move are.
struct Places {
  absl::optional<FileMetadata> here;
  bool staged = false;
  bool aside = false;
};

absl::StatusOr<Places> FindPlaces(const Preparation::Move& move,
                                  Directory& here, Directory* staged,
                                  Directory* aside) {
  Places places;
  PROVISION_ASSIGN_OR_RETURN(places.here, here.Lstat(move.path()));
  if (staged != nullptr) {
    PROVISION_ASSIGN_OR_RETURN(auto found, staged->Lstat(move.path()));
    places.staged = found.has_value();
  }
  if (aside != nullptr) {
    PROVISION_ASSIGN_OR_RETURN(auto found, aside->Lstat(move.path()));
    places.aside = found.has_value();
  }
  return places;
}

MoveProgress ProgressOfOne(const Preparation::Move& move,
                           const Places& places) {
  const bool here = places.here.has_value();
  if (!move.gives_way()) {
    if (!here) return MoveProgress::kNone;
    return places.staged ? MoveProgress::kForeign : MoveProgress::kAll;
  }
  if (!places.aside) {
    const bool is_same = here && places.here->inode == move.inode() &&
                         places.here->device == move.device();
    return is_same ? MoveProgress::kNone : MoveProgress::kForeign;
  }
  if (!move.comes()) return here ? MoveProgress::kForeign : MoveProgress::kAll;
  if (!here) return MoveProgress::kSome;
  return places.staged ? MoveProgress::kForeign : MoveProgress::kAll;
}

}  // namespace

absl::StatusOr<Moves> PlanMoves(Directory& here,
                                const std::vector<std::string>& gone,
                                const std::vector<std::string>& coming) {
  Node root;
  for (const std::string& path : gone) root.Below(path).gone = true;
  for (const std::string& path : coming) root.Below(path).coming = true;
  MovePlanner planner;
  PROVISION_RETURN_IF_ERROR(planner.Visit(here, "", root));
  return planner.Take();
}

absl::Status PerformMoves(const Moves& moves, MergedTrees trees) {
  for (const Preparation::Move& move : moves) {
    if (move.gives_way()) {
      PROVISION_RETURN_IF_ERROR(MakeParents(trees.aside, move.path()));
      PROVISION_RETURN_IF_ERROR(Transfer(trees.here, trees.aside, move.path()));
    }
    if (move.comes()) {
      PROVISION_RETURN_IF_ERROR(
          Transfer(trees.staged, trees.here, move.path()));
    }
  }
  return absl::OkStatus();
}

absl::Status BringBack(const Moves& moves, MergedTrees trees) {
  for (int i = moves.size() - 1; i >= 0; --i) {
    const Preparation::Move& move = moves[i];
    PROVISION_ASSIGN_OR_RETURN(
        Places places,
        FindPlaces(move, trees.here, &trees.staged, &trees.aside));
    const MoveProgress progress = ProgressOfOne(move, places);
    if (progress == MoveProgress::kForeign) {
      return DiagnosticError(absl::StatusCode::kAborted, "apply/foreign-change",
                             absl::StrCat(trees.here.path(), "/", move.path(),
                                          ": changed by somebody else"));
    }
    if (progress == MoveProgress::kAll && move.comes()) {
      PROVISION_RETURN_IF_ERROR(MakeParents(trees.staged, move.path()));
      PROVISION_RETURN_IF_ERROR(
          Transfer(trees.here, trees.staged, move.path()));
    }
    if (progress != MoveProgress::kNone && move.gives_way()) {
      PROVISION_RETURN_IF_ERROR(Transfer(trees.aside, trees.here, move.path()));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<MoveProgress> ProgressOf(const Moves& moves, Directory& here,
                                        Directory* staged, Directory* aside) {
  bool none = true;
  bool all = true;
  for (const Preparation::Move& move : moves) {
    PROVISION_ASSIGN_OR_RETURN(Places places,
                               FindPlaces(move, here, staged, aside));
    const MoveProgress progress = ProgressOfOne(move, places);
    if (progress == MoveProgress::kForeign) return progress;
    none &= progress == MoveProgress::kNone;
    all &= progress == MoveProgress::kAll;
  }
  if (none) return MoveProgress::kNone;
  return all ? MoveProgress::kAll : MoveProgress::kSome;
}

}  // namespace provision
