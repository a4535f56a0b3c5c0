#ifndef PROVISION_CORE_JOURNAL_STATE_DIRECTORY_H_
#define PROVISION_CORE_JOURNAL_STATE_DIRECTORY_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/base/directory.h"
#include "core/base/host_identity.h"  // IWYU pragma: export
#include "core/base/secret.h"
#include "core/base/system.h"
#include "core/journal/journal.pb.h"
#include "core/journal/lock_holders.h"
#include "google/protobuf/message.h"

namespace provision {

// The folder of reliability.md 3: for root /var/lib/provision, else below
// XDG_STATE_HOME or ~/.local/state, by host.
std::string DefaultStatePath(System& system);

// Where the state goes that its own file system cannot lock (reliability.md
// 9.3), in the order in which they are tried: local folders that outlive a
// boot. Makes /var/tmp/UID, and leaves it out if somebody else has made that.
std::vector<std::string> LocalStatePaths(System& system);

// The state directory, held open: its owner, mode and type are checked, and so
// is every file in it that is read. What is wrong is `state/untrusted`
// (kFailedPrecondition), which ends a run with 65.
//
// Not thread-safe, but for what Lock() gives.
class StateDirectory {
 public:
  // Both open what a state says that it has moved to (MoveTo), if it does.

  // Makes it (0700; what is missing of its parents 0755) if it is not there.
  static absl::StatusOr<std::unique_ptr<StateDirectory>> Open(
      System& system, absl::string_view path);
  // nullptr if it is not there.
  static absl::StatusOr<std::unique_ptr<StateDirectory>> OpenExisting(
      System& system, absl::string_view path);

  // Its path, with links resolved.
  const std::string& path() const { return directory_->path(); }
  System& system() { return system_; }
  Directory& directory() { return *directory_; }

  // Makes the names of this directory and of those above it durable that this
  // user may have made. A run does it once, before its first record counts.
  absl::Status MakeDurable();

  // ---- locks (reliability.md 9.3) ----

  // Takes `lock` and `children.lock`, at once or not at all. `run/locked`
  // (kUnavailable) if another run holds them, which is named, or if processes
  // of a killed run still work, each of which is named. TakesNoLocks() if this
  // file system has none, or has some that two can hold. `command` tells others
  // what this run does.
  absl::Status Lock(absl::string_view command);
  // --no-state-lock: nothing keeps another run away.
  void GoWithoutLock() { without_lock_ = true; }
  bool locked() const { return lock_ != nullptr || without_lock_; }
  // From now on the state is in `path`: whoever opens this one opens that.
  // Durable on return.
  absl::Status MoveTo(absl::string_view path);
  // For ProcessSpec::inherited_lock; -1 while not locked.
  int children_lock() const;
  // Frees both. Unless children had to be killed, children.lock is replaced
  // first, so that what a command left behind binds nobody.
  absl::Status Unlock(bool killed_children);
  // Which other process holds `lock`, for people; nullopt if none is seen.
  // Takes no lock itself.
  absl::StatusOr<absl::optional<std::string>> Holder();

  // ---- small files; absent is the empty message. Writing needs the lock and
  // is durable on return; a crash leaves the old or the new one. ----

  absl::StatusOr<Carry> ReadCarry();
  absl::Status WriteCarry(const Carry& carry);
  absl::StatusOr<Trust> ReadTrust();
  absl::Status WriteTrust(const Trust& trust);
  absl::StatusOr<Floor> ReadFloor();
  absl::Status WriteFloor(const Floor& floor);

  // The host's key, made on first use.
  absl::StatusOr<Secret> Key();

 private:
  StateDirectory(System& system, std::unique_ptr<Directory> directory);

  static absl::StatusOr<std::unique_ptr<StateDirectory>> Checked(
      System& system, std::unique_ptr<Directory> directory);
  static absl::StatusOr<std::unique_ptr<StateDirectory>> OpenHere(
      System& system, absl::string_view path);
  // "" if it has not.
  absl::StatusOr<std::string> MovedTo();
  absl::Status TakeLock();
  absl::Status TakeChildrenLock();
  absl::Status DescribeRun(absl::string_view command);
  absl::StatusOr<std::unique_ptr<FileLock>> TryLock(absl::string_view name,
                                                    bool inheritable);
  absl::StatusOr<std::vector<LockHolder>> Holders(absl::string_view name);
  absl::Status Read(absl::string_view name, google::protobuf::Message* message);
  absl::Status Write(absl::string_view name,
                     const google::protobuf::Message& message);

  System& system_;
  std::unique_ptr<Directory> directory_;
  std::unique_ptr<FileLock> lock_;
  std::unique_ptr<FileLock> children_lock_;
  bool without_lock_ = false;
};

// A file or folder of the state: `owner` must own it, nobody else may write or
// read it, and a file must have one link. `directory` holds it as `name`.
// kNotFound if there is none.
absl::Status CheckTrusted(Directory& directory, absl::string_view name,
                          uint32_t owner);

// Replaces `name` in `directory`, durably, by way of a temporary name, which a
// crash may leave: it begins with ".provision-" and ends with ".tmp".
absl::Status WriteDurably(System& system, Directory& directory,
                          absl::string_view name, absl::string_view content);

}  // namespace provision

#endif  // PROVISION_CORE_JOURNAL_STATE_DIRECTORY_H_
