#ifndef PROVISION_CORE_TESTING_FAKE_SYSTEM_H_
#define PROVISION_CORE_TESTING_FAKE_SYSTEM_H_

// A host in memory: files, links, owners, processes by script, a clock that
// only moves when told. It counts each host operation (a change, a sync, a
// command) and can fail or crash at any of them.
//
//   FakeSystem system;
//   system.AddFile("/etc/motd", "hello\n");
//   system.CrashAt(3);
//   EXPECT_THAT(Apply(system), StatusIs(absl::StatusCode::kAborted));
//   system.Restart();  // or PowerCut(): what was not synced is gone
//   EXPECT_OK(Apply(system));
//   EXPECT_THAT(system.operations(), ElementsAre("create /etc/motd.tmp", ...));

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/system.h"
#include "core/testing/fake_directory.h"
#include "core/testing/fake_operations.h"

namespace provision {

// Thread-safe. By itself: Linux on x86_64, root, an empty file tree on one file
// system, no variable, no command.
class FakeSystem : public System {
 public:
  // What a command does; may change the system's files by the Add functions.
  using Script =
      std::function<absl::StatusOr<ProcessResult>(const ProcessSpec&)>;

  FakeSystem();

  // ---- setting up; nothing here counts, and files are durable ----

  void AddFile(absl::string_view path, absl::string_view content,
               uint32_t mode = 0644);
  void AddDirectory(absl::string_view path, uint32_t mode = 0755);
  void AddSymlink(absl::string_view path, absl::string_view target);
  // Something that is no file, directory or link.
  void AddOther(absl::string_view path);
  // A directory on another file system.
  void AddMount(absl::string_view path);
  // Of what is there.
  void ChangeOwner(absl::string_view path, uint32_t uid, uint32_t gid);
  void ChangeLinkCount(absl::string_view path, uint64_t link_count);
  void RemoveTree(absl::string_view path);
  // Commands whose arguments begin with `argv`; the longest match wins. What no
  // script is for cannot be started: no such file.
  void AddScript(std::vector<std::string> argv, Script script);
  // A script that only prints and exits.
  void AddCommand(std::vector<std::string> argv, absl::string_view output,
                  int status = 0);
  void SetVariable(absl::string_view name, absl::string_view value);
  void SetIdentity(Identity identity);
  void SetNames(SystemNames names);
  void AddUser(absl::string_view name, uint32_t uid);
  void AddGroup(absl::string_view name, uint32_t gid);
  void SetWorkingDirectory(absl::string_view path);
  void SetSpace(FileSystemSpace space);
  // No more than this can be written from now on.
  void LimitFreeBytes(uint64_t bytes);
  // As of a share of Windows: from now on each new file and directory gets this
  // mode, whatever is asked for, and no mode is changed; nobody is told.
  void FixModes(uint32_t mode);
  void Advance(absl::Duration duration);
  // A stop request, now or during the next Wait.
  void RequestStop(int signal);
  void RequestStopInWait(int signal);
  // Somebody else holds the lock on this file, which is made if absent.
  void HoldLock(absl::string_view path);
  void ReleaseLock(absl::string_view path);
  // As a network file system: nothing at or below `path` can be locked.
  void RefuseLocks(absl::string_view path);

  // ---- failing ----

  void AddFault(FakeFault fault);
  // At the `n`th operation from now, and every call from then on is kAborted
  // "crashed".
  void CrashAt(int n, CrashMode mode = CrashMode::kBefore);
  // The process begins anew on the files as they are; locks are free. What the
  // old one had open stays unusable.
  void Restart();
  // Restart, and what was never synced is as if it had never been.
  void PowerCut();

  // ---- looking ----

  // "create /etc/motd.tmp", "append ...", "sync ...", "rename A to B",
  // "remove ...", "mkdir ...", "symlink ...", "chmod ...", "chown ...",
  // "truncate ...", "reserve ...", "syncfs ...", "run /bin/true x".
  std::vector<std::string> operations() const;
  // "read ...", "lstat ...", "stat ...", "list ...".
  std::vector<std::string> reads() const;
  // Every command in the order of its start, those for facts too.
  std::vector<ProcessSpec> runs() const;
  void ClearLogs();
  bool crashed() const;
  // The content of a file; nullopt if there is none.
  absl::optional<std::string> Content(absl::string_view path) const;
  // Path to "file 0644 0:0 content", "directory 0755 0:0", "link to x", of all
  // that is at and below `path`.
  std::map<std::string, std::string> Snapshot(
      absl::string_view path = "/") const;

  // ---- System ----

  absl::StatusOr<absl::optional<FileMetadata>> Lstat(
      absl::string_view path) override;
  absl::StatusOr<absl::optional<FileMetadata>> Stat(
      absl::string_view path) override;
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
  absl::StatusOr<ProcessResult> Run(const ProcessSpec& spec) override;
  absl::optional<std::string> Variable(absl::string_view name) override;
  std::map<std::string, std::string> Environment() override;
  std::string WorkingDirectory() override;
  Identity identity() override;
  SystemNames names() override;
  absl::optional<uint32_t> UserId(absl::string_view name) override;
  absl::optional<uint32_t> GroupId(absl::string_view name) override;
  absl::Time WallClock() override;
  absl::Duration MonotonicClock() override;
  // Different at each call, the same in each test.
  std::string RandomBytes(size_t count) override;
  int stop_requests() override;
  int stop_signal() override;
  bool Wait(absl::Duration duration) override;

 private:
  absl::StatusOr<FakePlace> Read(absl::string_view call, absl::string_view path,
                                 FakeFiles::Links links)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(machine_.mutex);
  // The node at `path`; aborts if there is none.
  std::shared_ptr<FakeNode> MustFind(absl::string_view path) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(machine_.mutex);
  absl::StatusOr<absl::optional<FileMetadata>> MetadataOf(
      absl::string_view call, absl::string_view path, FakeFiles::Links links);
  Script FindScript(const std::vector<std::string>& argv)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(machine_.mutex);
  void AddStop(int signal) ABSL_EXCLUSIVE_LOCKS_REQUIRED(machine_.mutex);

  mutable FakeMachine machine_;
  std::map<std::vector<std::string>, Script> scripts_
      ABSL_GUARDED_BY(machine_.mutex);
  std::vector<ProcessSpec> runs_ ABSL_GUARDED_BY(machine_.mutex);
  std::map<std::string, std::string> variables_ ABSL_GUARDED_BY(machine_.mutex);
  std::map<std::string, uint32_t> users_ ABSL_GUARDED_BY(machine_.mutex);
  std::map<std::string, uint32_t> groups_ ABSL_GUARDED_BY(machine_.mutex);
  SystemNames names_ ABSL_GUARDED_BY(machine_.mutex);
  std::string working_directory_ ABSL_GUARDED_BY(machine_.mutex) = "/";
  absl::Duration elapsed_ ABSL_GUARDED_BY(machine_.mutex);
  int random_calls_ ABSL_GUARDED_BY(machine_.mutex) = 0;
  int stop_requests_ ABSL_GUARDED_BY(machine_.mutex) = 0;
  int stop_signal_ ABSL_GUARDED_BY(machine_.mutex) = 0;
  int stop_in_wait_ ABSL_GUARDED_BY(machine_.mutex) = 0;
};

}  // namespace provision

#endif  // PROVISION_CORE_TESTING_FAKE_SYSTEM_H_
