#ifndef PROVISION_CORE_BASE_FILE_H_
#define PROVISION_CORE_BASE_FILE_H_

// Files as `System` and `Directory` hand them out.

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace provision {

enum class FileType { kRegular, kDirectory, kSymlink, kOther };

struct FileMetadata {
  FileType type = FileType::kOther;
  uint32_t mode = 0;  // permission bits, 07777
  uint32_t uid = 0;
  uint32_t gid = 0;
  uint64_t size = 0;
  uint64_t device = 0;
  uint64_t inode = 0;
  uint64_t link_count = 0;
  int64_t modified_ns = 0;  // since the epoch
  std::string target = {};  // of a symbolic link
};

struct DirectoryEntry {
  std::string name = {};
  FileType type = FileType::kOther;

  friend bool operator==(const DirectoryEntry&,
                         const DirectoryEntry&) = default;
};

struct FileContent {
  FileMetadata metadata;
  std::string content;
};

// Not thread-safe. Closed by its destructor, without a sync.
class WritableFile {
 public:
  virtual ~WritableFile() = default;
  // Appends all of `data`, or an error with the file longer by an unknown part
  // of it.
  virtual absl::Status Append(absl::string_view data) = 0;
  // Content and length are durable on return. An error is NotDurableError and
  // the file must not be written again.
  virtual absl::Status Sync() = 0;
  // Makes sure that `bytes` more fit after the end, without changing the
  // length. kUnimplemented where the file system cannot.
  virtual absl::Status Reserve(uint64_t bytes) = 0;
  virtual absl::Status Truncate(uint64_t size) = 0;
  virtual absl::StatusOr<uint64_t> Size() = 0;
};

// An open-file-description lock; free when this is destroyed or the process
// (and, if inheritable, every child that inherited it) has ended.
class FileLock {
 public:
  virtual ~FileLock() = default;
  // The descriptor that children inherit, or -1 where there is none.
  virtual int descriptor() const = 0;
};

}  // namespace provision

#endif  // PROVISION_CORE_BASE_FILE_H_
