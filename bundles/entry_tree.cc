#include "bundles/entry_tree.h"

#include <deque>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "bundles/archive_error.h"
#include "bundles/unicode.h"
#include "core/base/planted_bug.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

using Type = ArchiveEntry::Type;

}  // namespace

absl::Status EntryTree::Add(Type type, absl::string_view path,
                            absl::string_view target) {
  if (type == Type::kSymlink && !rules_.symlinks) {
    return ArchiveError(kArchiveType, path, "symlink");
  }
  PROVISION_RETURN_IF_ERROR(AddParents(path));
  auto [it, is_new] = nodes_.try_emplace(
      path, Node{type, /*implied=*/false, std::string(target)});
  if (is_new) return CheckCollision(path);
  Node& present = it->second;
  if (present.implied && type == Type::kDirectory) {
    present.implied = false;
    return absl::OkStatus();
  }
  if (IsPlanted("duplicates_allowed")) return absl::OkStatus();
  return ArchiveError(kArchiveDuplicate, path,
                      present.type == type ? "a second time"
                                           : "a second time, of another type");
}

absl::Status EntryTree::AddParents(absl::string_view path) {
  for (size_t slash = path.find('/'); slash != absl::string_view::npos;
       slash = path.find('/', slash + 1)) {
    const absl::string_view parent = path.substr(0, slash);
    auto [it, is_new] = nodes_.try_emplace(
        parent, Node{Type::kDirectory, /*implied=*/true, ""});
    if (is_new) {
      PROVISION_RETURN_IF_ERROR(CheckCollision(parent));
    } else if (it->second.type == Type::kSymlink) {
      return ArchiveError(kArchiveType, path, "lies below a link");
    } else if (it->second.type == Type::kFile) {
      return ArchiveError(kArchiveDuplicate, path, "lies below a file");
    }
  }
  return absl::OkStatus();
}

// A new name is compared with all before it. Equal after normalisation is one
// name on some targets; equal but for case may be allowed.
absl::Status EntryTree::CheckCollision(absl::string_view path) {
  auto [same, is_new] = canonical_.try_emplace(CanonicalKey(path), path);
  if (!is_new) {
    return ArchiveError(
        kArchiveCollision, path,
        absl::StrCat("the same name as ", EscapedName(same->second),
                     " once normalised"));
  }
  auto [folded, is_new_folded] = caseless_.try_emplace(CaselessKey(path), path);
  if (is_new_folded) return absl::OkStatus();
  if (rules_.profile == ArchiveProfile::kUpstream && rules_.target_keeps_case) {
    allowances_.insert("names that differ by case only");
    return absl::OkStatus();
  }
  return ArchiveError(
      kArchiveCollision, path,
      absl::StrCat("the same name as ", EscapedName(folded->second),
                   " where case is ignored"));
}

bool EntryTree::HasFile(absl::string_view path) const {
  auto it = nodes_.find(path);
  return it != nodes_.end() && it->second.type == Type::kFile;
}

absl::Status EntryTree::CheckLinks() const {
  if (IsPlanted("link_target_not_checked")) return absl::OkStatus();
  for (const auto& [path, node] : nodes_) {
    if (node.type == Type::kSymlink) PROVISION_RETURN_IF_ERROR(Follow(path));
  }
  return absl::OkStatus();
}

absl::Status EntryTree::Follow(absl::string_view link) const {
  std::vector<std::string> at = absl::StrSplit(link, '/');
  std::deque<std::string> ahead = {at.back()};
  at.pop_back();
  int followed = 0;
  while (!ahead.empty()) {
    const std::string component = ahead.front();
    ahead.pop_front();
    if (component == ".") continue;
    if (component == "..") {
      if (at.empty())
        return ArchiveError(kArchiveType, link, "link to outside");
      at.pop_back();
      continue;
    }
    at.push_back(component);
    auto it = nodes_.find(absl::StrJoin(at, "/"));
    if (it == nodes_.end()) {
      return ArchiveError(kArchiveType, link,
                          "link to what the archive does not hold");
    }
    if (it->second.type == Type::kFile && !ahead.empty()) {
      return ArchiveError(kArchiveType, link, "link through a file");
    }
    if (it->second.type != Type::kSymlink) continue;
    if (++followed > kMaxLinksFollowed) {
      return ArchiveError(kArchiveType, link, "link over more than 8 links");
    }
    at.pop_back();
    std::vector<std::string> target = absl::StrSplit(it->second.target, '/');
    ahead.insert(ahead.begin(), target.begin(), target.end());
  }
  return absl::OkStatus();
}

}  // namespace provision
