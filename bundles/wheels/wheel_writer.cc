#include "bundles/wheels/wheel_writer.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bundles/wheels/wheel_error.h"
#include "bundles/zip_member_reader.h"
#include "bundles/zip_member_stream.h"
#include "core/base/crypto.h"
#include "core/base/parallel_for.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr uint32_t kFolderMode = 0755;
constexpr uint64_t kLargeFile = uint64_t{1} << 20;
constexpr size_t kPiece = 256 << 10;

using Placed = std::pair<const std::string, PlacedFile>;

// What one thread takes at a time: small files of one folder, which is opened
// once, or one large file.
struct Load {
  std::string folder;  // empty: the destination itself
  std::vector<const Placed*> files = {};
  uint64_t bytes = 0;
};

std::string FolderOf(absl::string_view path) {
  const size_t slash = path.rfind('/');
  return std::string(path.substr(0, slash == path.npos ? 0 : slash));
}

// Largest first, so that no thread is left alone with one at the end.
std::vector<Load> Loads(const std::map<std::string, PlacedFile>& files) {
  std::vector<Load> loads;
  std::map<std::string, Load> small;
  for (const Placed& placed : files) {
    const std::string folder = FolderOf(placed.first);
    if (placed.second.size >= kLargeFile) {
      loads.push_back({folder, {&placed}, placed.second.size});
      continue;
    }
    Load& load = small[folder];
    load.folder = folder;
    load.files.push_back(&placed);
    load.bytes += placed.second.size;
  }
  for (auto& [folder, load] : small) loads.push_back(std::move(load));
  std::stable_sort(
      loads.begin(), loads.end(),
      [](const Load& a, const Load& b) { return a.bytes > b.bytes; });
  return loads;
}

absl::Status MakeFolders(const std::map<std::string, PlacedFile>& files,
                         Directory& destination) {
  std::set<std::string> folders;
  for (const auto& [path, file] : files) {
    for (std::string folder = FolderOf(path); !folder.empty();
         folder = FolderOf(folder)) {
      if (!folders.insert(folder).second) break;
    }
  }
  for (const std::string& folder : folders) {
    PROVISION_RETURN_IF_ERROR(destination.MakeDirectory(folder, kFolderMode));
  }
  return absl::OkStatus();
}

absl::Status Differs(const Placed& placed) {
  return ArchiveError(kWheelRecord,
                      absl::StrCat("RECORD: ", placed.second.member.path),
                      "another digest than RECORD says");
}

// Too large for memory: piece by piece.
absl::Status WriteStream(const Placed& placed, WritableFile& file) {
  const PlacedFile& from = placed.second;
  const std::unique_ptr<ByteStream> stream =
      OpenZipMember(from.wheel->archive(), from.member);
  std::vector<char> buffer(kPiece);
  Sha256 hash;
  while (true) {
    PROVISION_ASSIGN_OR_RETURN(size_t n, stream->Read(absl::MakeSpan(buffer)));
    if (n == 0) break;
    const absl::string_view piece(buffer.data(), n);
    hash.Update(piece);
    PROVISION_RETURN_IF_ERROR(file.Append(piece));
  }
  return hash.FinalHex() == from.sha256 ? absl::OkStatus() : Differs(placed);
}

absl::Status WriteFile(const Placed& placed, ZipMemberReader& reader,
                       Directory& folder) {
  const PlacedFile& from = placed.second;
  PROVISION_ASSIGN_OR_RETURN(
      std::unique_ptr<WritableFile> file,
      folder.Create(BaseName(placed.first), from.executable ? 0755 : 0644));
  if (from.wheel == nullptr) {
    return from.content.empty() ? absl::OkStatus() : file->Append(from.content);
  }
  if (from.size > ZipMemberReader::kMaxSize) return WriteStream(placed, *file);
  PROVISION_ASSIGN_OR_RETURN(absl::string_view content,
                             reader.Read(from.wheel->archive(), from.member));
  if (Sha256Hex(content) != from.sha256) return Differs(placed);
  return content.empty() ? absl::OkStatus() : file->Append(content);
}

}  // namespace

absl::Status WritePlacedFiles(const std::map<std::string, PlacedFile>& files,
                              int threads, const std::function<bool()>& stop,
                              Directory& destination) {
  PROVISION_RETURN_IF_ERROR(MakeFolders(files, destination));
  const std::vector<Load> loads = Loads(files);
  return ParallelFor(loads.size(), threads, [&](size_t i) -> absl::Status {
    const Load& load = loads[i];
    if (stop()) return absl::CancelledError("stop requested");
    std::unique_ptr<Directory> opened;
    if (!load.folder.empty()) {
      PROVISION_ASSIGN_OR_RETURN(opened,
                                 destination.OpenDirectory(load.folder));
    }
    Directory& folder = opened == nullptr ? destination : *opened;
    ZipMemberReader reader;
    for (const Placed* placed : load.files) {
      PROVISION_RETURN_IF_ERROR(WriteFile(*placed, reader, folder));
    }
    return absl::OkStatus();
  });
}

}  // namespace provision
