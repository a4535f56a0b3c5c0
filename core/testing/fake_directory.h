#ifndef PROVISION_CORE_TESTING_FAKE_DIRECTORY_H_
#define PROVISION_CORE_TESTING_FAKE_DIRECTORY_H_

// The open directories of FakeSystem.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "core/base/directory.h"
#include "core/testing/fake_files.h"
#include "core/testing/fake_operations.h"

namespace provision {

// What all parts of one FakeSystem share. Outlives every directory and file.
struct FakeMachine {
  absl::Mutex mutex;
  FakeFiles files ABSL_GUARDED_BY(mutex);
  FakeOperations operations ABSL_GUARDED_BY(mutex);
  // Inode of a locked file to the number of its lock.
  std::map<uint64_t, int> locks ABSL_GUARDED_BY(mutex);
  int next_lock ABSL_GUARDED_BY(mutex) = 1;
  // What is in or below these takes no locks.
  std::vector<std::string> lockless ABSL_GUARDED_BY(mutex);
  // One line for each read: "read /etc/os-release".
  std::vector<std::string> reads ABSL_GUARDED_BY(mutex);
};

// Content of a file at the moment it was opened.
class FakeByteSource : public ByteSource {
 public:
  explicit FakeByteSource(std::string content)
      : content_(std::move(content)), source_(content_) {}
  uint64_t size() const override { return source_.size(); }
  absl::Status ReadAt(uint64_t offset, absl::Span<char> out) const override {
    return source_.ReadAt(offset, out);
  }

 private:
  const std::string content_;
  const MemoryByteSource source_;
};

class FakeDirectory : public Directory {
 public:
  // `generation` of the operations at the time it was opened.
  FakeDirectory(FakeMachine& machine, FakePlace place, int generation)
      : machine_(machine), place_(std::move(place)), generation_(generation) {}

  const std::string& path() const override { return place_.path; }

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
  // The entry for a call that needs something there.
  absl::StatusOr<FakeEntry> Existing(absl::string_view call,
                                     absl::string_view name)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(machine_.mutex);
  // As Existing, of a file that may be read.
  absl::StatusOr<FakeEntry> Readable(absl::string_view name)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(machine_.mutex);
  // Puts a new node at `name`, as one operation.
  absl::StatusOr<FakeEntry> Make(absl::string_view call, absl::string_view name,
                                 FileType type, uint32_t mode,
                                 absl::string_view target)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(machine_.mutex);
  absl::Status RenameEntry(const FakeEntry& from, const FakeEntry& to,
                           RenameMode mode)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(machine_.mutex);

  FakeMachine& machine_;
  const FakePlace place_;
  const int generation_;
};

}  // namespace provision

#endif  // PROVISION_CORE_TESTING_FAKE_DIRECTORY_H_
