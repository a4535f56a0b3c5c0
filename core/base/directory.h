#ifndef PROVISION_CORE_BASE_DIRECTORY_H_
#define PROVISION_CORE_BASE_DIRECTORY_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/base/byte_source.h"
#include "core/base/file.h"

namespace provision {

// A directory that is held open: the only way to change files.
//
// `name` is a relative path of one or more components. It is resolved beneath
// this directory and never through a symbolic link (openat2 with
// RESOLVE_BENEATH, NO_SYMLINKS and NO_MAGICLINKS, or component by component);
// `..` and absolute names are kInvalidArgument. So nobody can redirect a change
// by exchanging a component (reliability.md 11).
//
// A change is visible at once and durable only after the Sync that its comment
// names. Each method that changes something is one "host operation" of the
// crash tests. Thread-safe.
class Directory {
 public:
  enum class RenameMode { kReplace, kNoReplace };

  virtual ~Directory() = default;

  // The path it was opened by, with links resolved; for messages.
  virtual const std::string& path() const = 0;

  // ---- reading ----

  // nullopt if there is nothing of that name. Does not follow a last link.
  virtual absl::StatusOr<absl::optional<FileMetadata>> Lstat(
      absl::string_view name) = 0;
  // Metadata of this directory itself.
  virtual absl::StatusOr<FileMetadata> Stat() = 0;
  virtual absl::StatusOr<std::string> ReadFile(absl::string_view name,
                                               size_t max_bytes) = 0;
  virtual absl::StatusOr<std::unique_ptr<ByteSource>> OpenForReading(
      absl::string_view name) = 0;
  // Sorted by name.
  virtual absl::StatusOr<std::vector<DirectoryEntry>> List() = 0;
  virtual absl::StatusOr<std::unique_ptr<Directory>> OpenDirectory(
      absl::string_view name) = 0;

  // ---- changing ----

  // A new file; kAlreadyExists if there is one (O_CREAT|O_EXCL|O_NOFOLLOW).
  // `mode` is exact, whatever the umask. Durable after the file's Sync and this
  // directory's.
  virtual absl::StatusOr<std::unique_ptr<WritableFile>> Create(
      absl::string_view name, uint32_t mode) = 0;
  // An existing regular file with one link, positioned at its end.
  virtual absl::StatusOr<std::unique_ptr<WritableFile>> OpenForAppending(
      absl::string_view name) = 0;
  virtual absl::Status MakeDirectory(absl::string_view name, uint32_t mode) = 0;
  virtual absl::Status MakeSymlink(absl::string_view target,
                                   absl::string_view name) = 0;
  // Within one file system. With kNoReplace kAlreadyExists if `to_name` is
  // taken. Durable after Sync of both directories.
  virtual absl::Status Rename(absl::string_view name, Directory& to,
                              absl::string_view to_name, RenameMode mode) = 0;
  // Removes a file, a link, or an empty directory.
  virtual absl::Status Remove(absl::string_view name) = 0;
  // Of a file or directory, never of what a link points at.
  virtual absl::Status SetMode(absl::string_view name, uint32_t mode) = 0;
  virtual absl::Status SetOwner(absl::string_view name, uint32_t uid,
                                uint32_t gid) = 0;

  // ---- durability; errors are NotDurableError ----

  // The names in this directory are durable on return.
  virtual absl::Status Sync() = 0;
  // Content and attributes of one file are durable on return.
  virtual absl::Status SyncFile(absl::string_view name) = 0;
  // Everything written so far to this file system is durable on return.
  virtual absl::Status SyncFileSystem() = 0;

  // ---- locks ----

  // An exclusive OFD lock on the file `name`, which is made (0600) if absent.
  // nullptr if somebody else holds it. An inheritable lock is passed to the
  // children of Run() that ask for it.
  virtual absl::StatusOr<std::unique_ptr<FileLock>> TryLock(
      absl::string_view name, bool inheritable) = 0;
};

}  // namespace provision

#endif  // PROVISION_CORE_BASE_DIRECTORY_H_
