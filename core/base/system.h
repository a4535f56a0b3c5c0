#ifndef PROVISION_CORE_BASE_SYSTEM_H_
#define PROVISION_CORE_BASE_SYSTEM_H_

// The one seam to the operating system. Everything above it asks a `System`;
// LocalSystem is this machine, others are doubles and, later, another host.
//
// Reading is by absolute path and follows links, as programs do. Changing goes
// through a `Directory` that is held open: names below it never follow a link.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "core/base/byte_source.h"
#include "core/base/directory.h"
#include "core/base/file.h"
#include "core/base/process.h"

namespace provision {

// Who runs this program.
struct Identity {
  uint32_t uid = 0;  // effective
  uint32_t gid = 0;  // effective
  std::vector<uint32_t> groups = {};
  std::string user_name = {};  // "" if the user database has no entry
  std::string home = {};       // from the user database; "" if it has none
};

// Kernel and hardware names, as uname(2) gives them.
struct SystemNames {
  std::string os = {};            // "Linux"
  std::string release = {};       // "6.1.0-18-amd64"
  std::string architecture = {};  // "x86_64"
  std::string host_name = {};
};

// Space of the file system that holds a path.
struct FileSystemSpace {
  uint64_t free_bytes = 0;   // for this user
  uint64_t free_inodes = 0;  // 0 where the file system has no such number
  uint64_t total_inodes = 0;
  uint64_t type = 0;  // f_type of statfs(2)
};

// Thread-safe. Paths are absolute. Errors carry the ids of ErrnoError(),
// and `host/link` for a link that is not followed.
class System {
 public:
  virtual ~System() = default;

  // ---- reading, following links ----

  // nullopt if nothing has that name. Lstat does not follow a last link.
  virtual absl::StatusOr<absl::optional<FileMetadata>> Lstat(
      absl::string_view path) = 0;
  virtual absl::StatusOr<absl::optional<FileMetadata>> Stat(
      absl::string_view path) = 0;
  // The whole content. kOutOfRange if it is longer than `max_bytes`.
  virtual absl::StatusOr<std::string> ReadFile(absl::string_view path,
                                               size_t max_bytes) = 0;
  // As ReadFile, with the metadata of the very file that was read: whose it is
  // cannot be exchanged between two calls.
  virtual absl::StatusOr<FileContent> ReadFileAndMetadata(
      absl::string_view path, size_t max_bytes) = 0;
  virtual absl::StatusOr<std::unique_ptr<ByteSource>> OpenForReading(
      absl::string_view path) = 0;
  // Sorted by name, without `.` and `..`.
  virtual absl::StatusOr<std::vector<DirectoryEntry>> ListDirectory(
      absl::string_view path) = 0;
  // The path with every link resolved; kNotFound if a component is missing.
  virtual absl::StatusOr<std::string> RealPath(absl::string_view path) = 0;
  virtual absl::StatusOr<FileSystemSpace> SpaceAt(absl::string_view path) = 0;

  // ---- changing ----

  // Opens `path` as the base of changes. Links on the way are followed only if
  // root or the effective user owns them (reliability.md 11); any other is
  // kPermissionDenied.
  virtual absl::StatusOr<std::unique_ptr<Directory>> OpenDirectory(
      absl::string_view path) = 0;

  // ---- processes ----

  // Runs one command to its end: started, fed, limited, waited for, and its
  // whole tree killed on deadline or a second stop request. An error means that
  // it could not be started; how it ended is in the result.
  virtual absl::StatusOr<ProcessResult> Run(const ProcessSpec& spec) = 0;

  // ---- surroundings ----

  virtual absl::optional<std::string> Variable(absl::string_view name) = 0;
  virtual std::map<std::string, std::string> Environment() = 0;
  virtual std::string WorkingDirectory() = 0;
  virtual Identity identity() = 0;
  virtual SystemNames names() = 0;
  virtual absl::optional<uint32_t> UserId(absl::string_view name) = 0;
  virtual absl::optional<uint32_t> GroupId(absl::string_view name) = 0;

  // ---- clock, randomness, stop requests ----

  // Information only: no decision depends on it (reliability.md G19).
  virtual absl::Time WallClock() = 0;
  // Since an arbitrary start; never goes back.
  virtual absl::Duration MonotonicClock() = 0;
  virtual std::string RandomBytes(size_t count) = 0;
  // How often SIGINT, SIGTERM or SIGHUP arrived since the start (SIGQUIT counts
  // as two), and the last of them.
  virtual int stop_requests() = 0;
  virtual int stop_signal() = 0;
  // Waits; true if it ended early because of a new stop request.
  virtual bool Wait(absl::Duration duration) = 0;
};

}  // namespace provision

#endif  // PROVISION_CORE_BASE_SYSTEM_H_
