#include "core/base/local_system.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "core/base/beneath.h"
#include "core/base/descriptor.h"
#include "core/base/diagnostic.h"
#include "core/base/local_directory.h"
#include "core/base/local_file.h"
#include "core/base/local_process.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "core/base/stop_requests.h"
#include "core/base/trusted_path.h"
#include "core/base/user_database.h"

namespace provision {
namespace {

absl::Status Error(absl::string_view call, absl::string_view path) {
  return ErrnoError(errno, absl::StrCat(call, " ", path));
}

absl::StatusOr<std::string> ReadTarget(const std::string& path) {
  char target[PATH_MAX];
  ssize_t size = readlink(path.c_str(), target, sizeof(target));
  if (size < 0) return Error("readlink", path);
  return std::string(target, size);
}

class LocalSystem : public System {
 public:
  absl::StatusOr<absl::optional<FileMetadata>> Lstat(
      absl::string_view path) override {
    return MetadataOf(path, AT_SYMLINK_NOFOLLOW);
  }
  absl::StatusOr<absl::optional<FileMetadata>> Stat(
      absl::string_view path) override {
    return MetadataOf(path, 0);
  }
  absl::StatusOr<std::string> ReadFile(absl::string_view path,
                                       size_t max_bytes) override;
  absl::StatusOr<FileContent> ReadFileAndMetadata(absl::string_view path,
                                                  size_t max_bytes) override;
  absl::StatusOr<std::unique_ptr<ByteSource>> OpenForReading(
      absl::string_view path) override;
  absl::StatusOr<std::vector<DirectoryEntry>> ListDirectory(
      absl::string_view path) override;
  absl::StatusOr<std::string> RealPath(absl::string_view path) override;
  absl::StatusOr<FileSystemSpace> SpaceAt(absl::string_view path) override;
  absl::StatusOr<std::unique_ptr<Directory>> OpenDirectory(
      absl::string_view path) override;

  absl::StatusOr<ProcessResult> Run(const ProcessSpec& spec) override {
    return RunLocalProcess(spec);
  }

  absl::optional<std::string> Variable(absl::string_view name) override;
  std::map<std::string, std::string> Environment() override;
  std::string WorkingDirectory() override;
  Identity identity() override;
  SystemNames names() override;
  absl::optional<uint32_t> UserId(absl::string_view name) override;
  absl::optional<uint32_t> GroupId(absl::string_view name) override {
    return GroupIdByName(name);
  }

  absl::Time WallClock() override { return absl::Now(); }
  absl::Duration MonotonicClock() override {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return absl::DurationFromTimespec(now);
  }
  std::string RandomBytes(size_t count) override;
  int stop_requests() override { return StopRequestCount(); }
  int stop_signal() override { return LastStopSignal(); }
  bool Wait(absl::Duration duration) override {
    return WaitForStopRequest(duration);
  }

 private:
  absl::StatusOr<absl::optional<FileMetadata>> MetadataOf(
      absl::string_view path, int flags);
  absl::StatusOr<Descriptor> Open(absl::string_view path, int flags);
};

absl::StatusOr<absl::optional<FileMetadata>> LocalSystem::MetadataOf(
    absl::string_view path, int flags) {
  const std::string text(path);
  struct stat status;
  if (fstatat(AT_FDCWD, text.c_str(), &status, flags) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) {
      return absl::optional<FileMetadata>();
    }
    return Error("stat", path);
  }
  FileMetadata metadata = MetadataFromStat(status);
  if (metadata.type == FileType::kSymlink) {
    PROVISION_ASSIGN_OR_RETURN(metadata.target, ReadTarget(text));
  }
  return absl::make_optional(std::move(metadata));
}

absl::StatusOr<Descriptor> LocalSystem::Open(absl::string_view path,
                                             int flags) {
  Descriptor file(RetryInterrupted([&] {
    return open(std::string(path).c_str(),
                flags | O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  }));
  if (!file.valid()) return Error("open", path);
  return file;
}

absl::StatusOr<std::string> LocalSystem::ReadFile(absl::string_view path,
                                                  size_t max_bytes) {
  PROVISION_ASSIGN_OR_RETURN(Descriptor file, Open(path, 0));
  return ReadRegularFile(file, path, max_bytes);
}

absl::StatusOr<FileContent> LocalSystem::ReadFileAndMetadata(
    absl::string_view path, size_t max_bytes) {
  PROVISION_ASSIGN_OR_RETURN(Descriptor file, Open(path, 0));
  struct stat status;
  if (fstat(file.get(), &status) != 0) return Error("stat", path);
  FileContent result;
  result.metadata = MetadataFromStat(status);
  PROVISION_ASSIGN_OR_RETURN(result.content,
                             ReadRegularFile(file, path, max_bytes));
  return result;
}

absl::StatusOr<std::unique_ptr<ByteSource>> LocalSystem::OpenForReading(
    absl::string_view path) {
  PROVISION_ASSIGN_OR_RETURN(Descriptor file, Open(path, 0));
  return NewFileSource(std::move(file), path);
}

absl::StatusOr<std::vector<DirectoryEntry>> LocalSystem::ListDirectory(
    absl::string_view path) {
  PROVISION_ASSIGN_OR_RETURN(Descriptor directory, Open(path, O_DIRECTORY));
  return ReadEntries(std::move(directory), path);
}

absl::StatusOr<std::string> LocalSystem::RealPath(absl::string_view path) {
  std::unique_ptr<char, void (*)(void*)> real(
      realpath(std::string(path).c_str(), nullptr), &free);
  if (real == nullptr) return Error("resolve", path);
  return std::string(real.get());
}

absl::StatusOr<FileSystemSpace> LocalSystem::SpaceAt(absl::string_view path) {
  std::string existing(path);
  struct statfs status;
  while (RetryInterrupted([&] { return statfs(existing.c_str(), &status); }) !=
         0) {
    if (errno != ENOENT || existing == "/" ||
        !absl::StartsWith(existing, "/")) {
      return Error("statfs", path);
    }
    existing = ParentPath(existing);
  }
  const uint64_t unit = status.f_frsize > 0 ? status.f_frsize : status.f_bsize;
  FileSystemSpace space;
  space.free_bytes = status.f_bavail * unit;
  space.free_inodes = status.f_ffree;
  space.total_inodes = status.f_files;
  space.type = static_cast<uint64_t>(status.f_type);
  return space;
}

absl::StatusOr<std::unique_ptr<Directory>> LocalSystem::OpenDirectory(
    absl::string_view path) {
  const LinkOwners owners = LinkOwnersFrom(
      geteuid(), ReadFile("/proc/self/uid_map", 1 << 16).value_or(""),
      ReadFile("/proc/sys/kernel/overflowuid", 64).value_or(""));
  PROVISION_ASSIGN_OR_RETURN(TrustedPath base,
                             OpenTrustedDirectory(path, owners));
  return NewLocalDirectory(std::move(base.descriptor), base.path,
                           BestBeneathMeans());
}

absl::optional<std::string> LocalSystem::Variable(absl::string_view name) {
  const char* value = getenv(std::string(name).c_str());
  if (value == nullptr) return absl::nullopt;
  return std::string(value);
}

std::map<std::string, std::string> LocalSystem::Environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const char* equals = std::strchr(*entry, '=');
    if (equals == nullptr) continue;
    // The first of two is the one that getenv finds.
    variables.emplace(std::string(*entry, equals - *entry), equals + 1);
  }
  return variables;
}

std::string LocalSystem::WorkingDirectory() {
  std::unique_ptr<char, void (*)(void*)> path(getcwd(nullptr, 0), &free);
  return path == nullptr ? "" : path.get();
}

Identity LocalSystem::identity() {
  Identity identity;
  identity.uid = geteuid();
  identity.gid = getegid();
  int count = getgroups(0, nullptr);
  if (count > 0) {
    std::vector<gid_t> groups(count);
    count = getgroups(count, groups.data());
    identity.groups.assign(groups.begin(), groups.begin() + std::max(count, 0));
  }
  absl::optional<UserEntry> user = UserById(identity.uid);
  if (user.has_value()) {
    identity.user_name = user->name;
    identity.home = user->home;
  }
  return identity;
}

SystemNames LocalSystem::names() {
  struct utsname text;
  if (uname(&text) != 0) return {};
  return {text.sysname, text.release, text.machine, text.nodename};
}

absl::optional<uint32_t> LocalSystem::UserId(absl::string_view name) {
  absl::optional<UserEntry> user = UserByName(name);
  if (!user.has_value()) return absl::nullopt;
  return user->uid;
}

std::string LocalSystem::RandomBytes(size_t count) {
  std::string bytes(count, '\0');
  size_t filled = 0;
  while (filled < count) {
    ssize_t got = RetryInterrupted(
        [&] { return getrandom(bytes.data() + filled, count - filled, 0); });
    // Names and keys come from here: nothing else may stand in for it.
    if (got < 0) abort();
    filled += got;
  }
  return bytes;
}

}  // namespace

std::unique_ptr<System> NewLocalSystem() {
  return std::make_unique<LocalSystem>();
}

}  // namespace provision
