#include "core/base/sync_tree.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "core/base/status_macros.h"

namespace provision {

absl::Status SyncTree(Directory& directory) {
  PROVISION_ASSIGN_OR_RETURN(std::vector<DirectoryEntry> entries,
                             directory.List());
  for (const DirectoryEntry& entry : entries) {
    if (entry.type == FileType::kRegular) {
      PROVISION_RETURN_IF_ERROR(directory.SyncFile(entry.name));
    } else if (entry.type == FileType::kDirectory) {
      PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> below,
                                 directory.OpenDirectory(entry.name));
      PROVISION_RETURN_IF_ERROR(SyncTree(*below));
    }
  }
  return directory.Sync();
}

bool SyncfsReportsErrors(absl::string_view kernel_release) {
  const std::vector<absl::string_view> parts =
      absl::StrSplit(kernel_release, absl::ByAnyChar(".-+"));
  int major = 0;
  int minor = 0;
  return parts.size() >= 2 && absl::SimpleAtoi(parts[0], &major) &&
         absl::SimpleAtoi(parts[1], &minor) &&
         std::make_pair(major, minor) >= std::make_pair(5, 8);
}

}  // namespace provision
