#include "core/actions/tree_state.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/crypto.h"
#include "core/base/path.h"
#include "core/base/source_hash.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr absl::string_view kCache = "__pycache__";

absl::Status HashFile(Directory& directory, absl::string_view name,
                      ArchiveEntry& entry) {
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> source,
                             directory.OpenForReading(name));
  Sha256 hash;
  PROVISION_RETURN_IF_ERROR(HashSource(*source, hash));
  entry.size = source->size();
  entry.sha256 = hash.FinalHex();
  return absl::OkStatus();
}

absl::Status Walk(Directory& directory, const std::string& prefix,
                  std::vector<ArchiveEntry>& entries);

// Adds what is called `name` in `directory`, which is at `prefix` ("" or with a
// slash), and all below it.
absl::Status AddEntry(Directory& directory, const std::string& prefix,
                      const std::string& name,
                      std::vector<ArchiveEntry>& entries) {
  PROVISION_ASSIGN_OR_RETURN(absl::optional<FileMetadata> metadata,
                             directory.Lstat(name));
  if (!metadata.has_value()) return absl::OkStatus();  // gone since
  ArchiveEntry entry;
  entry.path = absl::StrCat(prefix, name);
  switch (metadata->type) {
    case FileType::kRegular:
      entry.executable = (metadata->mode & 0100) != 0;
      PROVISION_RETURN_IF_ERROR(HashFile(directory, name, entry));
      break;
    case FileType::kSymlink:
      entry.type = ArchiveEntry::Type::kSymlink;
      entry.target = metadata->target;
      break;
    case FileType::kDirectory: {
      if (name == kCache) return absl::OkStatus();
      entry.type = ArchiveEntry::Type::kDirectory;
      PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> below,
                                 directory.OpenDirectory(name));
      PROVISION_RETURN_IF_ERROR(
          Walk(*below, absl::StrCat(entry.path, "/"), entries));
      break;
    }
    case FileType::kOther:
      entry.sha256 = "neither file, directory nor link";
      break;
  }
  entries.push_back(std::move(entry));
  return absl::OkStatus();
}

absl::Status Walk(Directory& directory, const std::string& prefix,
                  std::vector<ArchiveEntry>& entries) {
  PROVISION_ASSIGN_OR_RETURN(std::vector<DirectoryEntry> names,
                             directory.List());
  for (const DirectoryEntry& found : names) {
    PROVISION_RETURN_IF_ERROR(AddEntry(directory, prefix, found.name, entries));
  }
  return absl::OkStatus();
}

bool IsInCache(absl::string_view path) {
  if (!absl::StrContains(path, kCache)) return false;
  const std::vector<absl::string_view> parts = absl::StrSplit(path, '/');
  return std::find(parts.begin(), parts.end(), kCache) != parts.end();
}

}  // namespace

std::string SettledDigest(absl::Span<const ArchiveEntry> entries) {
  if (std::none_of(entries.begin(), entries.end(),
                   [](const ArchiveEntry& e) { return IsInCache(e.path); })) {
    return TreeDigest(entries);
  }
  std::vector<ArchiveEntry> settled;
  for (const ArchiveEntry& entry : entries) {
    if (!IsInCache(entry.path)) settled.push_back(entry);
  }
  return TreeDigest(settled);
}

absl::StatusOr<std::string> DigestOfTree(Directory& directory) {
  std::vector<ArchiveEntry> entries;
  PROVISION_RETURN_IF_ERROR(Walk(directory, "", entries));
  return SettledDigest(entries);
}

absl::StatusOr<std::string> DigestOfPaths(
    Directory& directory, const std::vector<std::string>& paths) {
  std::vector<ArchiveEntry> entries;
  for (const std::string& path : paths) {
    const std::string parent = ParentPath(path);
    const bool is_at_top = parent == ".";
    std::unique_ptr<Directory> opened;
    if (!is_at_top) {
      absl::StatusOr<std::unique_ptr<Directory>> found =
          directory.OpenDirectory(parent);
      if (absl::IsNotFound(found.status())) continue;
      PROVISION_RETURN_IF_ERROR(found.status());
      opened = *std::move(found);
    }
    PROVISION_RETURN_IF_ERROR(AddEntry(is_at_top ? directory : *opened,
                                       is_at_top ? "" : parent + "/",
                                       BaseName(path), entries));
  }
  return SettledDigest(entries);
}

}  // namespace provision
