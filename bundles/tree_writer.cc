#include "bundles/tree_writer.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "bundles/archive_error.h"
#include "core/base/crypto.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr uint32_t kFolderMode = 0755;
constexpr size_t kPiece = 256 << 10;

}  // namespace

absl::Status TreeWriter::MakeDirectories() {
  std::set<std::string> folders;
  for (const ArchiveEntry& entry : entries_) {
    if (entry.type == ArchiveEntry::Type::kDirectory) {
      folders.insert(entry.path);
    }
    for (size_t slash = entry.path.rfind('/'); slash != std::string::npos;
         slash = entry.path.rfind('/', slash - 1)) {
      if (!folders.insert(entry.path.substr(0, slash)).second) break;
    }
  }
  // A folder sorts before what is in it.
  for (const std::string& folder : folders) {
    PROVISION_RETURN_IF_ERROR(destination_.MakeDirectory(folder, kFolderMode));
  }
  return absl::OkStatus();
}

absl::Status TreeWriter::WriteFile(const ArchiveEntry& entry,
                                   ByteStream& content) {
  PROVISION_ASSIGN_OR_RETURN(
      std::unique_ptr<WritableFile> file,
      destination_.Create(entry.path, entry.executable ? 0755 : 0644));
  std::vector<char> buffer(std::min<uint64_t>(kPiece, entry.size + 1));
  Sha256 hash;
  uint64_t written = 0;
  while (true) {
    PROVISION_ASSIGN_OR_RETURN(size_t n,
                               ReadFull(content, absl::MakeSpan(buffer)));
    if (n == 0) break;
    const absl::string_view piece(buffer.data(), n);
    written += n;
    if (written > entry.size) break;
    hash.Update(piece);
    PROVISION_RETURN_IF_ERROR(file->Append(piece));
  }
  if (written == entry.size && hash.FinalHex() == entry.sha256) {
    return absl::OkStatus();
  }
  return ArchiveError(kArchiveDiffers, entry.path,
                      "content is not what was judged");
}

absl::Status TreeWriter::CopyFile(const ArchiveEntry& entry) {
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> original,
                             destination_.OpenForReading(entry.copy_of));
  SourceStream content(*original, 0, original->size());
  return WriteFile(entry, content);
}

absl::Status TreeWriter::MakeSymlinks() {
  for (const ArchiveEntry& entry : entries_) {
    if (entry.type != ArchiveEntry::Type::kSymlink) continue;
    PROVISION_RETURN_IF_ERROR(
        destination_.MakeSymlink(entry.target, entry.path));
  }
  return absl::OkStatus();
}

}  // namespace provision
