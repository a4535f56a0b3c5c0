#include "core/base/remove_tree.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

// Deeper than any path that a program could open by its name.
constexpr int kMaxDepth = 2048;

absl::Status RemoveBelow(Directory& directory, absl::string_view name,
                         int depth) {
  PROVISION_ASSIGN_OR_RETURN(absl::optional<FileMetadata> found,
                             directory.Lstat(name));
  if (!found) return absl::OkStatus();
  if (found->type == FileType::kDirectory) {
    if (depth > kMaxDepth) {
      return absl::OutOfRangeError(
          absl::StrCat(directory.path(), ": over ", kMaxDepth, " levels"));
    }
    PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> child,
                               directory.OpenDirectory(name));
    PROVISION_ASSIGN_OR_RETURN(std::vector<DirectoryEntry> entries,
                               child->List());
    for (const DirectoryEntry& entry : entries) {
      PROVISION_RETURN_IF_ERROR(RemoveBelow(*child, entry.name, depth + 1));
    }
  }
  return directory.Remove(name);
}

}  // namespace

absl::Status RemoveTree(Directory& directory, absl::string_view name) {
  return RemoveBelow(directory, name, 0);
}

}  // namespace provision
