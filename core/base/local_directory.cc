#include "core/base/local_directory.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/local_file.h"
#include "core/base/status_macros.h"
#include "core/base/sync_tree.h"

namespace provision {
namespace {

constexpr long kSyscallFchmodat2 = 452;  // Linux 6.6, same everywhere

// The directory that holds the last component of a name, held open unless it is
// the base itself.
struct Parent {
  Descriptor holder;
  int descriptor = -1;
  std::string last;
};

class LocalDirectory : public Directory {
 public:
  LocalDirectory(Descriptor descriptor, absl::string_view path,
                 BeneathMeans means)
      : descriptor_(std::move(descriptor)), path_(path), means_(means) {}

  const std::string& path() const override { return path_; }

  absl::StatusOr<absl::optional<FileMetadata>> Lstat(
      absl::string_view name) override;
  absl::StatusOr<FileMetadata> Stat() override;
  absl::StatusOr<std::string> ReadFile(absl::string_view name,
                                       size_t max_bytes) override;
  absl::StatusOr<std::unique_ptr<ByteSource>> OpenForReading(
      absl::string_view name) override;
  absl::StatusOr<std::vector<DirectoryEntry>> List() override;
  absl::StatusOr<std::unique_ptr<Directory>> OpenDirectory(
      absl::string_view name) override;

  absl::StatusOr<std::unique_ptr<WritableFile>> Create(absl::string_view name,
                                                       uint32_t mode) override;
  absl::StatusOr<std::unique_ptr<WritableFile>> OpenForAppending(
      absl::string_view name) override;
  absl::Status MakeDirectory(absl::string_view name, uint32_t mode) override;
  absl::Status MakeSymlink(absl::string_view target,
                           absl::string_view name) override;
  absl::Status Rename(absl::string_view name, Directory& to,
                      absl::string_view to_name, RenameMode mode) override;
  absl::Status Remove(absl::string_view name) override;
  absl::Status SetMode(absl::string_view name, uint32_t mode) override;
  absl::Status SetOwner(absl::string_view name, uint32_t uid,
                        uint32_t gid) override;

  absl::Status Sync() override;
  absl::Status SyncFile(absl::string_view name) override;
  absl::Status SyncFileSystem() override;

  absl::StatusOr<std::unique_ptr<FileLock>> TryLock(absl::string_view name,
                                                    bool inheritable) override;

 private:
  std::string Full(absl::string_view name) const {
    return path_ == "/" ? absl::StrCat("/", name)
                        : absl::StrCat(path_, "/", name);
  }
  absl::Status Error(absl::string_view call, absl::string_view name) const;
  absl::StatusOr<Descriptor> Open(absl::string_view name, int flags,
                                  mode_t mode = 0) const;
  absl::StatusOr<Parent> OpenParent(absl::string_view name) const;
  absl::StatusOr<Descriptor> OpenLockFile(absl::string_view name) const;

  const Descriptor descriptor_;
  const std::string path_;
  const BeneathMeans means_;
};

// From the current errno.
absl::Status LocalDirectory::Error(absl::string_view call,
                                   absl::string_view name) const {
  const std::string full = Full(name);
  if (errno != ELOOP) return ErrnoError(errno, absl::StrCat(call, " ", full));
  return DiagnosticError(
             absl::StatusCode::kFailedPrecondition, "host/link",
             absl::StrCat(call, " ", full, ": a component is a symbolic link"))
      .Because(absl::StrCat("links below ", path_, " are not followed"));
}

absl::StatusOr<Descriptor> LocalDirectory::Open(absl::string_view name,
                                                int flags, mode_t mode) const {
  if (!IsNameBeneath(name)) {
    return absl::InvalidArgumentError(
        absl::StrCat("not a name below ", path_, ": \"", name, "\""));
  }
  Descriptor opened = OpenBeneath(means_, descriptor_.get(), name, flags, mode);
  if (!opened.valid()) return Error("open", name);
  return opened;
}

absl::StatusOr<Parent> LocalDirectory::OpenParent(
    absl::string_view name) const {
  if (!IsNameBeneath(name)) {
    return absl::InvalidArgumentError(
        absl::StrCat("not a name below ", path_, ": \"", name, "\""));
  }
  Parent parent;
  const size_t slash = name.rfind('/');
  if (slash == absl::string_view::npos) {
    parent.descriptor = descriptor_.get();
    parent.last = std::string(name);
    return parent;
  }
  PROVISION_ASSIGN_OR_RETURN(parent.holder,
                             Open(name.substr(0, slash), O_PATH | O_DIRECTORY));
  parent.descriptor = parent.holder.get();
  parent.last = std::string(name.substr(slash + 1));
  return parent;
}

// ---- reading ----

absl::StatusOr<absl::optional<FileMetadata>> LocalDirectory::Lstat(
    absl::string_view name) {
  absl::StatusOr<Descriptor> file = Open(name, O_PATH);
  if (absl::IsNotFound(file.status())) return absl::optional<FileMetadata>();
  PROVISION_RETURN_IF_ERROR(file.status());
  struct stat status;
  if (fstat(file->get(), &status) != 0) return Error("stat", name);
  FileMetadata metadata = MetadataFromStat(status);
  if (metadata.type == FileType::kSymlink) {
    char target[PATH_MAX];
    ssize_t size = readlinkat(file->get(), "", target, sizeof(target));
    if (size < 0) return Error("readlink", name);
    metadata.target.assign(target, size);
  }
  return absl::make_optional(std::move(metadata));
}

absl::StatusOr<FileMetadata> LocalDirectory::Stat() {
  struct stat status;
  if (fstat(descriptor_.get(), &status) != 0) {
    return ErrnoError(errno, absl::StrCat("stat ", path_));
  }
  return MetadataFromStat(status);
}

absl::StatusOr<std::string> LocalDirectory::ReadFile(absl::string_view name,
                                                     size_t max_bytes) {
  // O_NONBLOCK: a pipe of that name must not hold the run up.
  PROVISION_ASSIGN_OR_RETURN(Descriptor file,
                             Open(name, O_RDONLY | O_NONBLOCK | O_NOCTTY));
  return ReadRegularFile(file, Full(name), max_bytes);
}

absl::StatusOr<std::unique_ptr<ByteSource>> LocalDirectory::OpenForReading(
    absl::string_view name) {
  PROVISION_ASSIGN_OR_RETURN(Descriptor file,
                             Open(name, O_RDONLY | O_NONBLOCK | O_NOCTTY));
  return NewFileSource(std::move(file), Full(name));
}

absl::StatusOr<std::vector<DirectoryEntry>> LocalDirectory::List() {
  // A descriptor of its own, with a position of its own.
  Descriptor again =
      OpenBeneath(means_, descriptor_.get(), ".", O_RDONLY | O_DIRECTORY);
  if (!again.valid()) return ErrnoError(errno, absl::StrCat("list ", path_));
  return ReadEntries(std::move(again), path_);
}

absl::StatusOr<std::unique_ptr<Directory>> LocalDirectory::OpenDirectory(
    absl::string_view name) {
  PROVISION_ASSIGN_OR_RETURN(Descriptor opened,
                             Open(name, O_RDONLY | O_DIRECTORY));
  return NewLocalDirectory(std::move(opened), Full(name), means_);
}

// ---- changing ----

absl::StatusOr<std::unique_ptr<WritableFile>> LocalDirectory::Create(
    absl::string_view name, uint32_t mode) {
  PROVISION_ASSIGN_OR_RETURN(Parent parent, OpenParent(name));
  constexpr int kFlags =
      O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  Descriptor file(RetryInterrupted([&] {
    return openat(parent.descriptor, parent.last.c_str(), kFlags, mode & 0700);
  }));
  if (!file.valid()) return Error("create", name);
  // The umask had its say in the line above; it does not in this one.
  if (fchmod(file.get(), mode) != 0) {
    absl::Status error = Error("set the mode of", name);
    Remove(name).IgnoreError();  // it was made a moment ago, by us
    return error;
  }
  return NewLocalFile(std::move(file), Full(name), /*is_new=*/true);
}

absl::StatusOr<std::unique_ptr<WritableFile>> LocalDirectory::OpenForAppending(
    absl::string_view name) {
  PROVISION_ASSIGN_OR_RETURN(
      Descriptor file, Open(name, O_RDWR | O_APPEND | O_NONBLOCK | O_NOCTTY));
  struct stat status;
  if (fstat(file.get(), &status) != 0) return Error("stat", name);
  if (!S_ISREG(status.st_mode) || status.st_nlink != 1) {
    return DiagnosticError(absl::StatusCode::kFailedPrecondition, "host/io",
                           absl::StrCat("append to ", Full(name),
                                        ": not a regular file with one name"));
  }
  return NewLocalFile(std::move(file), Full(name), /*is_new=*/false);
}

absl::Status LocalDirectory::MakeDirectory(absl::string_view name,
                                           uint32_t mode) {
  PROVISION_ASSIGN_OR_RETURN(Parent parent, OpenParent(name));
  if (mkdirat(parent.descriptor, parent.last.c_str(), mode) != 0) {
    return Error("make directory", name);
  }
  struct stat status;
  if (fstatat(parent.descriptor, parent.last.c_str(), &status,
              AT_SYMLINK_NOFOLLOW) != 0) {
    return Error("stat", name);
  }
  if ((status.st_mode & 07777) == mode) return absl::OkStatus();
  absl::Status set = SetMode(name, mode);
  if (!set.ok()) {
    unlinkat(parent.descriptor, parent.last.c_str(), AT_REMOVEDIR);
  }
  return set;
}

absl::Status LocalDirectory::MakeSymlink(absl::string_view target,
                                         absl::string_view name) {
  PROVISION_ASSIGN_OR_RETURN(Parent parent, OpenParent(name));
  if (symlinkat(std::string(target).c_str(), parent.descriptor,
                parent.last.c_str()) != 0) {
    return Error("make link", name);
  }
  return absl::OkStatus();
}

// For file systems that do not know RENAME_NOREPLACE. A file is linked and
// unlinked; for a directory, which cannot replace anything but an empty one,
// the question comes first.
int RenameWithoutFlag(const Parent& from, const Parent& to) {
  const char* from_name = from.last.c_str();
  const char* to_name = to.last.c_str();
  if (linkat(from.descriptor, from_name, to.descriptor, to_name, 0) == 0) {
    return unlinkat(from.descriptor, from_name, 0);
  }
  if (errno == EEXIST) return -1;
  struct stat status;
  if (fstatat(to.descriptor, to_name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
    errno = EEXIST;
    return -1;
  }
  if (errno != ENOENT) return -1;
  return renameat(from.descriptor, from_name, to.descriptor, to_name);
}

absl::Status LocalDirectory::Rename(absl::string_view name, Directory& to,
                                    absl::string_view to_name,
                                    RenameMode mode) {
  LocalDirectory& local_to = static_cast<LocalDirectory&>(to);
  PROVISION_ASSIGN_OR_RETURN(Parent from, OpenParent(name));
  PROVISION_ASSIGN_OR_RETURN(Parent target, local_to.OpenParent(to_name));
  const unsigned flags = mode == RenameMode::kNoReplace ? RENAME_NOREPLACE : 0;
  int result = renameat2(from.descriptor, from.last.c_str(), target.descriptor,
                         target.last.c_str(), flags);
  if (result != 0 && flags != 0 && (errno == EINVAL || errno == ENOSYS)) {
    result = RenameWithoutFlag(from, target);
  }
  if (result == 0) return absl::OkStatus();
  return ErrnoError(errno, absl::StrCat("rename ", Full(name), " to ",
                                        local_to.Full(to_name)));
}

absl::Status LocalDirectory::Remove(absl::string_view name) {
  PROVISION_ASSIGN_OR_RETURN(Parent parent, OpenParent(name));
  const char* last = parent.last.c_str();
  if (unlinkat(parent.descriptor, last, 0) == 0) return absl::OkStatus();
  // EISDIR on Linux, EPERM on some file systems.
  if (errno != EISDIR && errno != EPERM) return Error("remove", name);
  const int first_error = errno;
  if (unlinkat(parent.descriptor, last, AT_REMOVEDIR) == 0) {
    return absl::OkStatus();
  }
  if (errno == ENOTDIR) errno = first_error;
  return Error("remove", name);
}

absl::Status LocalDirectory::SetMode(absl::string_view name, uint32_t mode) {
  PROVISION_ASSIGN_OR_RETURN(Descriptor file, Open(name, O_PATH));
  struct stat status;
  if (fstat(file.get(), &status) != 0) return Error("stat", name);
  if (S_ISLNK(status.st_mode)) {
    errno = ELOOP;
    return Error("set the mode of", name);
  }
  if (syscall(kSyscallFchmodat2, file.get(), "", mode, AT_EMPTY_PATH) == 0) {
    return absl::OkStatus();
  }
  if (errno == ENOSYS || errno == EPERM) {
    // Older kernels change the mode of what an O_PATH descriptor stands for
    // only by this name.
    if (chmod(absl::StrCat("/proc/self/fd/", file.get()).c_str(), mode) == 0) {
      return absl::OkStatus();
    }
  }
  return Error("set the mode of", name);
}

absl::Status LocalDirectory::SetOwner(absl::string_view name, uint32_t uid,
                                      uint32_t gid) {
  PROVISION_ASSIGN_OR_RETURN(Descriptor file, Open(name, O_PATH));
  if (fchownat(file.get(), "", uid, gid, AT_EMPTY_PATH) == 0) {
    return absl::OkStatus();
  }
  return Error("set the owner of", name);
}

// ---- durability ----

absl::Status LocalDirectory::Sync() {
  if (RetryInterrupted([&] { return fsync(descriptor_.get()); }) == 0) {
    return absl::OkStatus();
  }
  // EINVAL: this file system has no sync of a directory, so nothing was tried.
  if (errno == EINVAL) return SyncFileSystem();
  return NotDurableError(errno, absl::StrCat("sync ", path_));
}

absl::Status LocalDirectory::SyncFile(absl::string_view name) {
  absl::StatusOr<Descriptor> file =
      Open(name, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (absl::IsPermissionDenied(file.status())) {
    file = Open(name, O_WRONLY | O_NONBLOCK | O_NOCTTY);
  }
  // Neither readable nor writable to us, as its mode may want it.
  if (absl::IsPermissionDenied(file.status())) return SyncFileSystem();
  PROVISION_RETURN_IF_ERROR(file.status());
  return SyncDescriptor(file->get(), SyncKind::kFull, Full(name));
}

absl::Status LocalDirectory::SyncFileSystem() {
  static const bool reports_errors = [] {
    struct utsname names;
    return uname(&names) == 0 && SyncfsReportsErrors(names.release);
  }();
  if (!reports_errors) PROVISION_RETURN_IF_ERROR(SyncTree(*this));
  return SyncDescriptor(descriptor_.get(), SyncKind::kFileSystem, path_);
}

// ---- locks ----

absl::StatusOr<Descriptor> LocalDirectory::OpenLockFile(
    absl::string_view name) const {
  PROVISION_ASSIGN_OR_RETURN(
      Descriptor file,
      Open(name, O_RDWR | O_CREAT | O_NONBLOCK | O_NOCTTY, 0600));
  struct stat status;
  if (fstat(file.get(), &status) != 0) return Error("stat", name);
  const bool owned = status.st_uid == geteuid() || status.st_uid == 0;
  if (!S_ISREG(status.st_mode) || status.st_nlink > 1 || !owned) {
    return DiagnosticError(absl::StatusCode::kFailedPrecondition, "host/io",
                           absl::StrCat("lock ", Full(name),
                                        ": not a regular file of this user "
                                        "with one name"));
  }
  return file;
}

absl::StatusOr<std::unique_ptr<FileLock>> LocalDirectory::TryLock(
    absl::string_view name, bool inheritable) {
  constexpr int kTries = 8;
  for (int i = 0; i < kTries; ++i) {
    PROVISION_ASSIGN_OR_RETURN(Descriptor file, OpenLockFile(name));
    struct stat locked;
    if (fstat(file.get(), &locked) != 0) return Error("stat", name);
    PROVISION_ASSIGN_OR_RETURN(
        std::unique_ptr<FileLock> lock,
        TryLockFile(std::move(file), Full(name), inheritable));
    if (lock == nullptr) return lock;
    // Its last holder may have replaced the file before it let go.
    PROVISION_ASSIGN_OR_RETURN(absl::optional<FileMetadata> now, Lstat(name));
    if (now.has_value() && now->inode == locked.st_ino &&
        now->device == locked.st_dev) {
      return lock;
    }
  }
  return std::unique_ptr<FileLock>();
}

}  // namespace

std::unique_ptr<Directory> NewLocalDirectory(Descriptor descriptor,
                                             absl::string_view path,
                                             BeneathMeans means) {
  return std::make_unique<LocalDirectory>(std::move(descriptor), path, means);
}

}  // namespace provision
