#include "bundles/wheels/wheel_writer.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
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
// What a file costs besides its bytes, in bytes.
constexpr uint64_t kCostOfFile = 8 << 10;
constexpr size_t kPiece = 256 << 10;

using Placed = std::pair<const std::string, PlacedFile>;

// What one thread takes at a time: small files, of a folder or of a few that
// come one after the other, or one large file. Sorted by folder, each of which
// is opened once.
struct Load {
  std::vector<const Placed*> files = {};
  uint64_t bytes = 0;
};

// A part of `path`.
absl::string_view FolderOf(absl::string_view path) {
  const size_t slash = path.rfind('/');
  return path.substr(0, slash == path.npos ? 0 : slash);
}

// Largest first, so that no thread is left alone with one at the end.
std::vector<Load> Loads(const std::map<std::string, PlacedFile>& files) {
  std::vector<Load> loads;
  std::map<absl::string_view, std::vector<const Placed*>> small;
  for (const Placed& placed : files) {
    if (placed.second.size >= kLargeFile) {
      loads.push_back({{&placed}, placed.second.size});
    } else {
      small[FolderOf(placed.first)].push_back(&placed);
    }
  }
  Load load;
  for (const auto& [folder, in_folder] : small) {
    for (const Placed* placed : in_folder) {
      load.files.push_back(placed);
      load.bytes += placed->second.size + kCostOfFile;
    }
    if (load.bytes >= kLargeFile) loads.push_back(std::exchange(load, {}));
  }
  if (!load.files.empty()) loads.push_back(std::move(load));
  std::stable_sort(
      loads.begin(), loads.end(),
      [](const Load& a, const Load& b) { return a.bytes > b.bytes; });
  return loads;
}

// A folder of the tree while it is worked in; the destination itself if `path`
// is empty.
class OpenFolder {
 public:
  explicit OpenFolder(Directory& destination) : destination_(destination) {}

  absl::StatusOr<Directory*> Get(absl::string_view path) {
    if (path.empty()) return &destination_;
    if (opened_ == nullptr || path != path_) {
      PROVISION_ASSIGN_OR_RETURN(opened_, destination_.OpenDirectory(path));
      path_ = std::string(path);
    }
    return opened_.get();
  }

 private:
  Directory& destination_;
  std::string path_;
  std::unique_ptr<Directory> opened_;
};

// Level by level; the folders of one folder are one thread's.
absl::Status MakeFolders(const std::map<std::string, PlacedFile>& files,
                         int threads, Directory& destination) {
  using Folders = std::map<absl::string_view, std::vector<std::string>>;
  absl::flat_hash_set<absl::string_view> seen;
  std::map<size_t, Folders> levels;
  for (const auto& [path, file] : files) {
    for (absl::string_view folder = FolderOf(path);
         !folder.empty() && seen.insert(folder).second;
         folder = FolderOf(folder)) {
      const size_t depth = std::count(folder.begin(), folder.end(), '/');
      levels[depth][FolderOf(folder)].push_back(BaseName(folder));
    }
  }
  for (const auto& [depth, level] : levels) {
    const std::vector<Folders::value_type> folders(level.begin(), level.end());
    PROVISION_RETURN_IF_ERROR(
        ParallelFor(folders.size(), threads, [&](size_t i) -> absl::Status {
          OpenFolder parent(destination);
          PROVISION_ASSIGN_OR_RETURN(Directory * opened,
                                     parent.Get(folders[i].first));
          for (const std::string& name : folders[i].second) {
            PROVISION_RETURN_IF_ERROR(opened->MakeDirectory(name, kFolderMode));
          }
          return absl::OkStatus();
        }));
  }
  return absl::OkStatus();
}

absl::Status Differs(const Placed& placed) {
  return ArchiveError(kWheelRecord,
                      absl::StrCat("RECORD: ", placed.second.member->path),
                      "another digest than RECORD says");
}

// Too large for memory: piece by piece.
absl::Status WriteStream(const Placed& placed, WritableFile& file) {
  const PlacedFile& from = placed.second;
  const std::unique_ptr<ByteStream> stream =
      OpenZipMember(from.wheel->archive(), *from.member);
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

// Readers that are used again: their buffers cost more than the reading.
class Readers {
 public:
  std::unique_ptr<ZipMemberReader> Take() {
    absl::MutexLock lock(&mutex_);
    if (idle_.empty()) return std::make_unique<ZipMemberReader>();
    std::unique_ptr<ZipMemberReader> reader = std::move(idle_.back());
    idle_.pop_back();
    return reader;
  }

  void Return(std::unique_ptr<ZipMemberReader> reader) {
    absl::MutexLock lock(&mutex_);
    idle_.push_back(std::move(reader));
  }

 private:
  absl::Mutex mutex_;
  std::vector<std::unique_ptr<ZipMemberReader>> idle_ ABSL_GUARDED_BY(mutex_);
};

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
                             reader.Read(from.wheel->archive(), *from.member));
  if (Sha256Hex(content) != from.sha256) return Differs(placed);
  return content.empty() ? absl::OkStatus() : file->Append(content);
}

}  // namespace

absl::Status WritePlacedFiles(const std::map<std::string, PlacedFile>& files,
                              int threads, const std::function<bool()>& stop,
                              Directory& destination) {
  PROVISION_RETURN_IF_ERROR(MakeFolders(files, threads, destination));
  const std::vector<Load> loads = Loads(files);
  Readers readers;
  return ParallelFor(loads.size(), threads, [&](size_t i) -> absl::Status {
    const Load& load = loads[i];
    if (stop()) return absl::CancelledError("stop requested");
    OpenFolder folder(destination);
    std::unique_ptr<ZipMemberReader> reader = readers.Take();
    for (const Placed* placed : load.files) {
      PROVISION_ASSIGN_OR_RETURN(Directory * opened,
                                 folder.Get(FolderOf(placed->first)));
      PROVISION_RETURN_IF_ERROR(WriteFile(*placed, *reader, *opened));
    }
    readers.Return(std::move(reader));
    return absl::OkStatus();
  });
}

}  // namespace provision
