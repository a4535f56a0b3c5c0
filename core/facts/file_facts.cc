#include "core/facts/file_facts.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "core/base/crypto.h"
#include "core/base/path.h"
#include "core/base/source_hash.h"
#include "core/base/status_macros.h"
#include "core/facts/absent_fact.h"
#include "core/facts/mount_table.h"

namespace provision {
namespace {

constexpr size_t kMaxInline = 16 << 20;  // reliability.md 9.4
constexpr size_t kChunk = 256 << 10;
constexpr size_t kEntryOverhead = 16;

PathState::Type TypeOf(FileType type) {
  switch (type) {
    case FileType::kRegular:
      return PathState::FILE;
    case FileType::kDirectory:
      return PathState::DIRECTORY;
    case FileType::kSymlink:
      return PathState::SYMLINK;
    case FileType::kOther:
      break;
  }
  return PathState::OTHER;
}

PathState StateOf(const FileMetadata& metadata) {
  PathState state;
  state.set_type(TypeOf(metadata.type));
  state.set_mode(metadata.mode);
  state.set_uid(metadata.uid);
  state.set_gid(metadata.gid);
  if (metadata.type == FileType::kSymlink) state.set_target(metadata.target);
  if (metadata.type == FileType::kRegular) state.set_size(metadata.size);
  state.set_inode(metadata.inode);
  state.set_device(metadata.device);
  state.set_modified_ns(metadata.modified_ns);
  return state;
}

// Collects the entries of a directory and of those below it.
class Lister {
 public:
  Lister(System& system, bool recursive)
      : system_(system), recursive_(recursive) {}

  absl::Status List(const std::string& path, const std::string& prefix) {
    PROVISION_ASSIGN_OR_RETURN(std::vector<DirectoryEntry> found,
                               system_.ListDirectory(path));
    for (const DirectoryEntry& entry : found) {
      PROVISION_RETURN_IF_ERROR(Add(entry, JoinPath(path, entry.name),
                                    absl::StrCat(prefix, entry.name)));
    }
    return absl::OkStatus();
  }

  FactValue::Listing Sorted() && {
    std::sort(listing_.mutable_entry()->begin(),
              listing_.mutable_entry()->end(),
              [](const FactValue::Entry& a, const FactValue::Entry& b) {
                return a.name() < b.name();
              });
    return std::move(listing_);
  }

 private:
  absl::Status Add(const DirectoryEntry& found, const std::string& path,
                   const std::string& name) {
    bytes_ += name.size() + kEntryOverhead;
    if (bytes_ > kMaxInline) {
      return absl::OutOfRangeError("the listing is larger than 16 MiB");
    }
    FactValue::Entry entry;
    entry.set_name(name);
    entry.set_type(TypeOf(found.type));
    if (recursive_) {
      PROVISION_ASSIGN_OR_RETURN(absl::optional<FileMetadata> metadata,
                                 system_.Lstat(path));
      if (!metadata.has_value()) return absl::OkStatus();
      entry.set_type(TypeOf(metadata->type));
      if (metadata->type == FileType::kRegular) entry.set_size(metadata->size);
      if (metadata->type == FileType::kSymlink) {
        entry.set_target(metadata->target);
      }
    }
    *listing_.add_entry() = entry;
    if (!recursive_ || entry.type() != PathState::DIRECTORY) {
      return absl::OkStatus();
    }
    absl::Status below = List(path, absl::StrCat(name, "/"));
    return absl::IsNotFound(below) ? absl::OkStatus() : below;
  }

  System& system_;
  const bool recursive_;
  size_t bytes_ = 0;
  FactValue::Listing listing_;
};

absl::StatusOr<PathState> DigestOf(System& system, absl::string_view path) {
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> source,
                             system.OpenForReading(path));
  Sha256 hash;
  PROVISION_RETURN_IF_ERROR(HashSource(*source, hash));
  PathState state;
  state.set_sha256(hash.FinalHex());
  state.set_size(source->size());
  return state;
}

// The nearest of `path` and its parents that is there, without links.
absl::StatusOr<std::string> NearestPlace(System& system, std::string path) {
  while (true) {
    absl::StatusOr<std::string> real = system.RealPath(path);
    if (real.ok() || path == "/" || !absl::IsNotFound(real.status())) {
      return real;
    }
    path = ParentPath(path);
  }
}

absl::StatusOr<FactValue::Mounts> ReadMounts(System& system) {
  PROVISION_ASSIGN_OR_RETURN(
      std::string text, system.ReadFile("/proc/self/mountinfo", kMaxInline));
  return ParseMountInfo(text);
}

absl::StatusOr<FactValue::FileSystem> FileSystemOf(System& system,
                                                   const std::string& path) {
  PROVISION_ASSIGN_OR_RETURN(std::string place, NearestPlace(system, path));
  PROVISION_ASSIGN_OR_RETURN(FactValue::Mounts mounts, ReadMounts(system));
  PROVISION_ASSIGN_OR_RETURN(FileSystemSpace space, system.SpaceAt(place));
  FactValue::FileSystem file_system;
  const FactValue::FileSystem* mount = MountOf(mounts, place);
  if (mount != nullptr) file_system = *mount;
  file_system.set_magic(space.type);
  file_system.set_free_bytes(space.free_bytes);
  if (space.total_inodes > 0) file_system.set_free_inodes(space.free_inodes);
  return file_system;
}

}  // namespace

FactValue ReadFileFact(System& system, const FactQuery::File& query) {
  absl::StatusOr<std::string> content =
      system.ReadFile(query.path(), kMaxInline);
  if (!content.ok()) return AbsentFact(content.status());
  FactValue value;
  FactValue::File* file = value.mutable_file();
  for (size_t at = 0; at < content->size(); at += kChunk) {
    file->add_chunk(content->substr(at, kChunk));
  }
  return value;
}

FactValue ReadMetadataFact(System& system, const FactQuery::Metadata& query) {
  absl::StatusOr<absl::optional<FileMetadata>> metadata =
      query.follow() ? system.Stat(query.path()) : system.Lstat(query.path());
  if (!metadata.ok()) return AbsentFact(metadata.status());
  if (!metadata->has_value()) return AbsentFact(absl::NotFoundError(""));
  FactValue value;
  *value.mutable_metadata() = StateOf(**metadata);
  return value;
}

FactValue ReadListingFact(System& system, const FactQuery::Listing& query) {
  Lister lister(system, query.recursive());
  absl::Status listed = lister.List(query.path(), "");
  if (!listed.ok()) return AbsentFact(listed);
  FactValue value;
  *value.mutable_listing() = std::move(lister).Sorted();
  return value;
}

FactValue ReadDigestFact(System& system, const FactQuery::Digest& query) {
  absl::StatusOr<PathState> state = DigestOf(system, query.path());
  if (!state.ok()) return AbsentFact(state.status());
  FactValue value;
  *value.mutable_digest() = *std::move(state);
  return value;
}

FactValue ReadFileSystemFact(System& system,
                             const FactQuery::FileSystem& query) {
  absl::StatusOr<FactValue::FileSystem> file_system =
      FileSystemOf(system, query.path());
  if (!file_system.ok()) return AbsentFact(file_system.status());
  FactValue value;
  *value.mutable_file_system() = *std::move(file_system);
  return value;
}

FactValue ReadMountsFact(System& system) {
  absl::StatusOr<FactValue::Mounts> mounts = ReadMounts(system);
  if (!mounts.ok()) return AbsentFact(mounts.status());
  FactValue value;
  *value.mutable_mounts() = *std::move(mounts);
  return value;
}

}  // namespace provision
