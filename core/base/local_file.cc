#include "core/base/local_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/lock_error.h"
#include "core/base/planted_bug.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

absl::Status Error(absl::string_view call, absl::string_view path) {
  return ErrnoError(errno, absl::StrCat(call, " ", path));
}

absl::StatusOr<struct stat> StatRegular(const Descriptor& file,
                                        absl::string_view path) {
  struct stat status;
  if (fstat(file.get(), &status) != 0) return Error("stat", path);
  if (!S_ISREG(status.st_mode)) {
    return DiagnosticError(absl::StatusCode::kFailedPrecondition, "host/io",
                           absl::StrCat("read ", path, ": not a regular file"));
  }
  return status;
}

FileType TypeFromMode(mode_t mode) {
  if (S_ISREG(mode)) return FileType::kRegular;
  if (S_ISDIR(mode)) return FileType::kDirectory;
  if (S_ISLNK(mode)) return FileType::kSymlink;
  return FileType::kOther;
}

class FileSource : public ByteSource {
 public:
  FileSource(Descriptor file, absl::string_view path, uint64_t size)
      : file_(std::move(file)), path_(path), size_(size) {}

  uint64_t size() const override { return size_; }

  absl::Status ReadAt(uint64_t offset, absl::Span<char> out) const override {
    PROVISION_RETURN_IF_ERROR(CheckRange(offset, out.size()));
    int error_number =
        ReadWhollyAt(file_.get(), offset, out.data(), out.size());
    if (error_number == 0) return absl::OkStatus();
    return ErrnoError(error_number, absl::StrCat("read ", path_));
  }

 private:
  const Descriptor file_;
  const std::string path_;
  const uint64_t size_;
};

class LocalFile : public WritableFile {
 public:
  LocalFile(Descriptor file, absl::string_view path, bool is_new)
      : file_(std::move(file)), path_(path), attributes_pending_(is_new) {}

  absl::Status Append(absl::string_view data) override {
    PROVISION_RETURN_IF_ERROR(failed_sync_);
    int error_number = WriteWholly(file_.get(), data);
    if (error_number == 0) return absl::OkStatus();
    return ErrnoError(error_number, absl::StrCat("write ", path_));
  }

  absl::Status Sync() override {
    PROVISION_RETURN_IF_ERROR(failed_sync_);
    failed_sync_ = SyncDescriptor(
        file_.get(), attributes_pending_ ? SyncKind::kFull : SyncKind::kData,
        path_);
    attributes_pending_ = false;
    return failed_sync_;
  }

  absl::Status Reserve(uint64_t bytes) override {
    PROVISION_ASSIGN_OR_RETURN(uint64_t size, Size());
    int result = RetryInterrupted([&] {
      return fallocate(file_.get(), FALLOC_FL_KEEP_SIZE, size, bytes);
    });
    if (result == 0) return absl::OkStatus();
    if (errno == EOPNOTSUPP || errno == ENOSYS) {
      return absl::UnimplementedError(absl::StrCat(
          path_, ": this file system cannot reserve space for a file"));
    }
    return Error("reserve space for", path_);
  }

  absl::Status Truncate(uint64_t size) override {
    PROVISION_RETURN_IF_ERROR(failed_sync_);
    int result = RetryInterrupted([&] { return ftruncate(file_.get(), size); });
    return result == 0 ? absl::OkStatus() : Error("truncate", path_);
  }

  absl::StatusOr<uint64_t> Size() override {
    struct stat status;
    if (fstat(file_.get(), &status) != 0) return Error("stat", path_);
    return status.st_size;
  }

 private:
  const Descriptor file_;
  const std::string path_;
  bool attributes_pending_;
  absl::Status failed_sync_;
};

class LocalFileLock : public FileLock {
 public:
  LocalFileLock(Descriptor file, bool inheritable)
      : file_(std::move(file)), inheritable_(inheritable) {}

  int descriptor() const override { return inheritable_ ? file_.get() : -1; }

 private:
  const Descriptor file_;
  const bool inheritable_;
};

}  // namespace

FileMetadata MetadataFromStat(const struct stat& status) {
  FileMetadata metadata;
  metadata.type = TypeFromMode(status.st_mode);
  metadata.mode = status.st_mode & 07777;
  metadata.uid = status.st_uid;
  metadata.gid = status.st_gid;
  metadata.size = status.st_size;
  metadata.device = status.st_dev;
  metadata.inode = status.st_ino;
  metadata.link_count = status.st_nlink;
  metadata.modified_ns =
      status.st_mtim.tv_sec * int64_t{1000000000} + status.st_mtim.tv_nsec;
  return metadata;
}

absl::StatusOr<std::string> ReadRegularFile(const Descriptor& file,
                                            absl::string_view path,
                                            size_t max_bytes) {
  PROVISION_ASSIGN_OR_RETURN(struct stat status, StatRegular(file, path));
  std::string content;
  // Files of /proc say 0.
  if (static_cast<uint64_t>(status.st_size) <= max_bytes) {
    content.reserve(status.st_size + 1);
    int error_number = ReadUntilEnd(file.get(), max_bytes, content);
    if (error_number != 0) {
      return ErrnoError(error_number, absl::StrCat("read ", path));
    }
    if (content.size() <= max_bytes) return content;
  }
  return absl::OutOfRangeError(absl::StrCat(
      "read ", path, ": longer than the limit of ", max_bytes, " bytes"));
}

absl::StatusOr<std::unique_ptr<ByteSource>> NewFileSource(
    Descriptor file, absl::string_view path) {
  PROVISION_ASSIGN_OR_RETURN(struct stat status, StatRegular(file, path));
  std::unique_ptr<ByteSource> source =
      std::make_unique<FileSource>(std::move(file), path, status.st_size);
  return source;
}

absl::StatusOr<std::vector<DirectoryEntry>> ReadEntries(
    Descriptor directory, absl::string_view path) {
  std::unique_ptr<DIR, int (*)(DIR*)> stream(fdopendir(directory.get()),
                                             &closedir);
  if (stream == nullptr) return Error("list", path);
  const int descriptor = directory.Release();  // the stream's from here on
  std::vector<DirectoryEntry> entries;
  while (true) {
    errno = 0;
    const struct dirent* entry = readdir(stream.get());
    if (entry == nullptr) break;
    absl::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    mode_t mode = DTTOIF(entry->d_type);
    if (entry->d_type == DT_UNKNOWN) {
      struct stat status;
      if (fstatat(descriptor, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) !=
          0) {
        if (errno == ENOENT) continue;  // gone meanwhile
        return Error("stat", absl::StrCat(path, "/", name));
      }
      mode = status.st_mode;
    }
    entries.push_back({std::string(name), TypeFromMode(mode)});
  }
  if (errno != 0) return Error("list", path);
  std::sort(entries.begin(), entries.end(),
            [](const DirectoryEntry& a, const DirectoryEntry& b) {
              return a.name < b.name;
            });
  return entries;
}

std::unique_ptr<WritableFile> NewLocalFile(Descriptor file,
                                           absl::string_view path,
                                           bool is_new) {
  return std::make_unique<LocalFile>(std::move(file), path, is_new);
}

absl::Status SyncDescriptor(int descriptor, SyncKind kind,
                            absl::string_view path) {
  int result = RetryInterrupted([&] {
    switch (kind) {
      case SyncKind::kData:
        return fdatasync(descriptor);
      case SyncKind::kFileSystem:
        return syncfs(descriptor);
      case SyncKind::kFull:
        break;
    }
    return fsync(descriptor);
  });
  if (result == 0) return absl::OkStatus();
  if (IsPlanted("sync_retried") && fsync(descriptor) == 0) {
    return absl::OkStatus();
  }
  return NotDurableError(errno, absl::StrCat("sync ", path));
}

absl::StatusOr<std::unique_ptr<FileLock>> TryLockFile(Descriptor file,
                                                      absl::string_view path,
                                                      bool inheritable) {
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;  // from 0 on: the whole file
  int result =
      RetryInterrupted([&] { return fcntl(file.get(), F_OFD_SETLK, &lock); });
  if (result != 0) {
    if (errno == EAGAIN || errno == EACCES) {
      return std::unique_ptr<FileLock>();
    }
    return LockError(errno, path);
  }
  std::unique_ptr<FileLock> held =
      std::make_unique<LocalFileLock>(std::move(file), inheritable);
  return held;
}

}  // namespace provision
