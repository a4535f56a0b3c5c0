#include "core/testing/fake_directory.h"

#include <algorithm>
#include <cerrno>
#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/lock_error.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

using Kind = FakeOperations::Kind;

absl::Status Failed(int error_number, absl::string_view call,
                    absl::string_view path) {
  return ErrnoError(error_number, absl::StrCat(call, " ", path));
}

class FakeFile : public WritableFile {
 public:
  FakeFile(FakeMachine& machine, FakePlace place, int generation)
      : machine_(machine), place_(std::move(place)), generation_(generation) {}

  absl::Status Append(absl::string_view data) override {
    absl::MutexLock lock(&machine_.mutex);
    return Perform(
        Kind::kChange, "append",
        [&] {
          machine_.mutex.AssertHeld();
          return AppendNow(data);
        },
        [&] {
          machine_.mutex.AssertHeld();
          AppendNow(data.substr(0, data.size() / 2)).IgnoreError();
        });
  }

  absl::Status Sync() override {
    absl::MutexLock lock(&machine_.mutex);
    return Perform(Kind::kSync, "sync", [&] {
      place_.node->MakeDurable();
      return absl::OkStatus();
    });
  }

  absl::Status Reserve(uint64_t bytes) override {
    absl::MutexLock lock(&machine_.mutex);
    return Perform(Kind::kChange, "reserve", [&] {
      machine_.mutex.AssertHeld();
      FakeNode& node = *place_.node;
      if (bytes <= node.reserved) return absl::OkStatus();
      const uint64_t wanted = bytes - node.reserved;
      const uint64_t taken = machine_.files.TakeSpace(wanted);
      if (taken < wanted) {
        machine_.files.GiveSpaceBack(taken);
        return Failed(ENOSPC, "reserve", place_.path);
      }
      node.reserved = bytes;
      return absl::OkStatus();
    });
  }

  absl::Status Truncate(uint64_t size) override {
    absl::MutexLock lock(&machine_.mutex);
    return Perform(Kind::kChange, "truncate", [&] {
      machine_.mutex.AssertHeld();
      FakeNode& node = *place_.node;
      if (size < node.content.size()) {
        machine_.files.GiveSpaceBack(node.content.size() - size);
      }
      node.content.resize(size, '\0');
      machine_.files.Touch(&node);
      return absl::OkStatus();
    });
  }

  absl::StatusOr<uint64_t> Size() override {
    absl::MutexLock lock(&machine_.mutex);
    PROVISION_RETURN_IF_ERROR(machine_.operations.CheckAlive(generation_));
    return place_.node->content.size();
  }

 private:
  absl::Status Perform(Kind kind, absl::string_view call,
                       const std::function<absl::Status()>& change,
                       const std::function<void()>& half = nullptr)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(machine_.mutex) {
    return machine_.operations.Perform(
        kind, absl::StrCat(call, " ", place_.path), generation_, change, half);
  }

  absl::Status AppendNow(absl::string_view data)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(machine_.mutex) {
    FakeNode& node = *place_.node;
    const uint64_t from_reserve =
        std::min<uint64_t>(node.reserved, data.size());
    node.reserved -= from_reserve;
    const uint64_t fits =
        from_reserve + machine_.files.TakeSpace(data.size() - from_reserve);
    node.content.append(data.data(), fits);
    machine_.files.Touch(&node);
    return fits == data.size() ? absl::OkStatus()
                               : Failed(ENOSPC, "append", place_.path);
  }

  FakeMachine& machine_;
  const FakePlace place_;
  const int generation_;
};

class FakeLock : public FileLock {
 public:
  FakeLock(FakeMachine& machine, uint64_t inode, int number)
      : machine_(machine), inode_(inode), number_(number) {}
  ~FakeLock() override {
    absl::MutexLock lock(&machine_.mutex);
    auto held = machine_.locks.find(inode_);
    // After a restart somebody else may hold it.
    if (held != machine_.locks.end() && held->second == number_) {
      machine_.locks.erase(held);
    }
  }
  int descriptor() const override { return -1; }

 private:
  FakeMachine& machine_;
  const uint64_t inode_;
  const int number_;
};

}  // namespace

absl::StatusOr<FakeEntry> FakeDirectory::Existing(absl::string_view call,
                                                  absl::string_view name) {
  PROVISION_RETURN_IF_ERROR(machine_.operations.CheckAlive(generation_));
  PROVISION_ASSIGN_OR_RETURN(FakeEntry entry,
                             machine_.files.FindBelow(call, place_, name));
  if (entry.node == nullptr) return Failed(ENOENT, call, entry.path);
  return entry;
}

absl::StatusOr<FakeEntry> FakeDirectory::Readable(absl::string_view name) {
  PROVISION_ASSIGN_OR_RETURN(FakeEntry entry, Existing("read", name));
  machine_.reads.push_back(absl::StrCat("read ", entry.path));
  if (entry.node->type == FileType::kDirectory) {
    return Failed(EISDIR, "read", entry.path);
  }
  if (entry.node->type != FileType::kRegular) {
    return Failed(ELOOP, "read", entry.path);
  }
  if (!machine_.files.Allowed(*entry.node, 4)) {
    return Failed(EACCES, "read", entry.path);
  }
  return entry;
}

absl::StatusOr<absl::optional<FileMetadata>> FakeDirectory::Lstat(
    absl::string_view name) {
  absl::MutexLock lock(&machine_.mutex);
  absl::StatusOr<FakeEntry> entry = Existing("lstat", name);
  if (absl::IsNotFound(entry.status())) return {absl::nullopt};
  if (!entry.ok()) return entry.status();
  machine_.reads.push_back(absl::StrCat("lstat ", entry->path));
  return {entry->node->Metadata()};
}

absl::StatusOr<FileMetadata> FakeDirectory::Stat() {
  absl::MutexLock lock(&machine_.mutex);
  PROVISION_RETURN_IF_ERROR(machine_.operations.CheckAlive(generation_));
  return place_.node->Metadata();
}

absl::StatusOr<std::string> FakeDirectory::ReadFile(absl::string_view name,
                                                    size_t max_bytes) {
  absl::MutexLock lock(&machine_.mutex);
  PROVISION_ASSIGN_OR_RETURN(FakeEntry entry, Readable(name));
  if (entry.node->content.size() > max_bytes) {
    return absl::OutOfRangeError(
        absl::StrCat("read ", entry.path, ": longer than ", max_bytes));
  }
  return entry.node->content;
}

absl::StatusOr<std::unique_ptr<ByteSource>> FakeDirectory::OpenForReading(
    absl::string_view name) {
  absl::MutexLock lock(&machine_.mutex);
  PROVISION_ASSIGN_OR_RETURN(FakeEntry entry, Readable(name));
  return {std::make_unique<FakeByteSource>(entry.node->content)};
}

absl::StatusOr<std::vector<DirectoryEntry>> FakeDirectory::List() {
  absl::MutexLock lock(&machine_.mutex);
  PROVISION_RETURN_IF_ERROR(machine_.operations.CheckAlive(generation_));
  machine_.reads.push_back(absl::StrCat("list ", path()));
  if (!machine_.files.Allowed(*place_.node, 4)) {
    return Failed(EACCES, "list", path());
  }
  std::vector<DirectoryEntry> entries;
  for (const auto& [name, child] : place_.node->children) {
    entries.push_back({.name = name, .type = child->type});
  }
  return entries;
}

absl::StatusOr<std::unique_ptr<Directory>> FakeDirectory::OpenDirectory(
    absl::string_view name) {
  absl::MutexLock lock(&machine_.mutex);
  PROVISION_ASSIGN_OR_RETURN(FakeEntry entry, Existing("open", name));
  if (entry.node->type == FileType::kSymlink) {
    return Failed(ELOOP, "open", entry.path);
  }
  if (entry.node->type != FileType::kDirectory) {
    return Failed(ENOTDIR, "open", entry.path);
  }
  return {std::make_unique<FakeDirectory>(
      machine_, FakePlace{entry.node, entry.path}, generation_)};
}

absl::StatusOr<FakeEntry> FakeDirectory::Make(absl::string_view call,
                                              absl::string_view name,
                                              FileType type, uint32_t mode,
                                              absl::string_view target) {
  PROVISION_RETURN_IF_ERROR(machine_.operations.CheckAlive(generation_));
  PROVISION_ASSIGN_OR_RETURN(FakeEntry entry,
                             machine_.files.FindBelow(call, place_, name));
  PROVISION_RETURN_IF_ERROR(machine_.operations.Perform(
      Kind::kChange, absl::StrCat(call, " ", entry.path), generation_, [&] {
        machine_.mutex.AssertHeld();
        if (entry.node != nullptr) return Failed(EEXIST, call, entry.path);
        if (!machine_.files.Allowed(*entry.parent, 2)) {
          return Failed(EACCES, call, entry.path);
        }
        std::shared_ptr<FakeNode> node = machine_.files.NewNode(
            type, machine_.files.fixed_mode.value_or(mode),
            entry.parent->device);
        node->target = std::string(target);
        machine_.files.Attach(entry, node);
        entry.node = node;
        return absl::OkStatus();
      }));
  return entry;
}

absl::StatusOr<std::unique_ptr<WritableFile>> FakeDirectory::Create(
    absl::string_view name, uint32_t mode) {
  absl::MutexLock lock(&machine_.mutex);
  PROVISION_ASSIGN_OR_RETURN(
      FakeEntry entry, Make("create", name, FileType::kRegular, mode, ""));
  return {std::make_unique<FakeFile>(
      machine_, FakePlace{entry.node, entry.path}, generation_)};
}

absl::StatusOr<std::unique_ptr<WritableFile>> FakeDirectory::OpenForAppending(
    absl::string_view name) {
  absl::MutexLock lock(&machine_.mutex);
  PROVISION_ASSIGN_OR_RETURN(FakeEntry entry, Existing("open", name));
  if (entry.node->type == FileType::kSymlink) {
    return Failed(ELOOP, "open", entry.path);
  }
  if (entry.node->type != FileType::kRegular) {
    return Failed(EISDIR, "open", entry.path);
  }
  if (!machine_.files.Allowed(*entry.node, 2)) {
    return Failed(EACCES, "open", entry.path);
  }
  if (entry.node->link_count != 1) return Failed(EMLINK, "open", entry.path);
  return {std::make_unique<FakeFile>(
      machine_, FakePlace{entry.node, entry.path}, generation_)};
}

absl::Status FakeDirectory::MakeDirectory(absl::string_view name,
                                          uint32_t mode) {
  absl::MutexLock lock(&machine_.mutex);
  return Make("mkdir", name, FileType::kDirectory, mode, "").status();
}

absl::Status FakeDirectory::MakeSymlink(absl::string_view target,
                                        absl::string_view name) {
  absl::MutexLock lock(&machine_.mutex);
  return Make("symlink", name, FileType::kSymlink, 0777, target).status();
}

absl::Status FakeDirectory::RenameEntry(const FakeEntry& from,
                                        const FakeEntry& to, RenameMode mode) {
  if (!machine_.files.Allowed(*from.parent, 2) ||
      !machine_.files.Allowed(*to.parent, 2)) {
    return Failed(EACCES, "rename", from.path);
  }
  if (from.node->device != to.parent->device) {
    return Failed(EXDEV, "rename", from.path);
  }
  if (to.node == from.node) return absl::OkStatus();
  if (IsBelowOrSame(to.path, from.path)) {
    return Failed(EINVAL, "rename", from.path);
  }
  if (to.node != nullptr) {
    if (mode == RenameMode::kNoReplace) {
      return Failed(EEXIST, "rename", to.path);
    }
    const bool onto_directory = to.node->type == FileType::kDirectory;
    const bool is_directory = from.node->type == FileType::kDirectory;
    if (onto_directory != is_directory) {
      return Failed(onto_directory ? EISDIR : ENOTDIR, "rename", to.path);
    }
    if (!to.node->children.empty()) {
      return Failed(ENOTEMPTY, "rename", to.path);
    }
  }
  std::shared_ptr<FakeNode> node = from.node;
  machine_.files.Detach(from);
  if (to.node != nullptr) {
    machine_.files.GiveSpaceBack(to.node->content.size() + to.node->reserved);
  }
  machine_.files.Attach(to, std::move(node));
  return absl::OkStatus();
}

absl::Status FakeDirectory::Rename(absl::string_view name, Directory& to,
                                   absl::string_view to_name, RenameMode mode) {
  // Both come from the one FakeSystem.
  const FakePlace& to_place = static_cast<FakeDirectory&>(to).place_;
  absl::MutexLock lock(&machine_.mutex);
  PROVISION_ASSIGN_OR_RETURN(FakeEntry from, Existing("rename", name));
  PROVISION_ASSIGN_OR_RETURN(
      FakeEntry target, machine_.files.FindBelow("rename", to_place, to_name));
  return machine_.operations.Perform(
      Kind::kChange, absl::StrCat("rename ", from.path, " to ", target.path),
      generation_, [&] {
        machine_.mutex.AssertHeld();
        return RenameEntry(from, target, mode);
      });
}

absl::Status FakeDirectory::Remove(absl::string_view name) {
  absl::MutexLock lock(&machine_.mutex);
  PROVISION_ASSIGN_OR_RETURN(FakeEntry entry, Existing("remove", name));
  return machine_.operations.Perform(
      Kind::kChange, absl::StrCat("remove ", entry.path), generation_, [&] {
        machine_.mutex.AssertHeld();
        if (!machine_.files.Allowed(*entry.parent, 2)) {
          return Failed(EACCES, "remove", entry.path);
        }
        if (!entry.node->children.empty()) {
          return Failed(ENOTEMPTY, "remove", entry.path);
        }
        machine_.files.GiveSpaceBack(entry.node->content.size() +
                                     entry.node->reserved);
        machine_.files.Detach(entry);
        return absl::OkStatus();
      });
}

absl::Status FakeDirectory::SetMode(absl::string_view name, uint32_t mode) {
  absl::MutexLock lock(&machine_.mutex);
  PROVISION_ASSIGN_OR_RETURN(FakeEntry entry, Existing("chmod", name));
  return machine_.operations.Perform(
      Kind::kChange, absl::StrCat("chmod ", entry.path), generation_, [&] {
        machine_.mutex.AssertHeld();
        const uint32_t uid = machine_.files.identity.uid;
        if (entry.node->type == FileType::kSymlink) {
          return Failed(ELOOP, "chmod", entry.path);
        }
        if (uid != 0 && uid != entry.node->uid) {
          return Failed(EPERM, "chmod", entry.path);
        }
        if (!machine_.files.fixed_mode.has_value()) entry.node->mode = mode;
        return absl::OkStatus();
      });
}

absl::Status FakeDirectory::SetOwner(absl::string_view name, uint32_t uid,
                                     uint32_t gid) {
  absl::MutexLock lock(&machine_.mutex);
  PROVISION_ASSIGN_OR_RETURN(FakeEntry entry, Existing("chown", name));
  return machine_.operations.Perform(
      Kind::kChange, absl::StrCat("chown ", entry.path), generation_, [&] {
        machine_.mutex.AssertHeld();
        const Identity& identity = machine_.files.identity;
        const bool own_group =
            gid == entry.node->gid || gid == identity.gid ||
            std::find(identity.groups.begin(), identity.groups.end(), gid) !=
                identity.groups.end();
        if (identity.uid != 0 && (entry.node->uid != identity.uid ||
                                  uid != entry.node->uid || !own_group)) {
          return Failed(EPERM, "chown", entry.path);
        }
        entry.node->uid = uid;
        entry.node->gid = gid;
        return absl::OkStatus();
      });
}

absl::Status FakeDirectory::Sync() {
  absl::MutexLock lock(&machine_.mutex);
  return machine_.operations.Perform(Kind::kSync, absl::StrCat("sync ", path()),
                                     generation_, [&] {
                                       place_.node->MakeDurable();
                                       return absl::OkStatus();
                                     });
}

absl::Status FakeDirectory::SyncFile(absl::string_view name) {
  absl::MutexLock lock(&machine_.mutex);
  PROVISION_ASSIGN_OR_RETURN(FakeEntry entry, Existing("sync", name));
  return machine_.operations.Perform(
      Kind::kSync, absl::StrCat("sync ", entry.path), generation_, [&] {
        entry.node->MakeDurable();
        return absl::OkStatus();
      });
}

absl::Status FakeDirectory::SyncFileSystem() {
  absl::MutexLock lock(&machine_.mutex);
  return machine_.operations.Perform(
      Kind::kSync, absl::StrCat("syncfs ", path()), generation_, [&] {
        machine_.mutex.AssertHeld();
        machine_.files.MakeAllDurable();
        return absl::OkStatus();
      });
}

absl::StatusOr<std::unique_ptr<FileLock>> FakeDirectory::TryLock(
    absl::string_view name, bool /*inheritable*/) {
  absl::MutexLock lock(&machine_.mutex);
  PROVISION_RETURN_IF_ERROR(machine_.operations.CheckAlive(generation_));
  PROVISION_ASSIGN_OR_RETURN(FakeEntry entry,
                             machine_.files.FindBelow("lock", place_, name));
  if (entry.node == nullptr) {
    PROVISION_ASSIGN_OR_RETURN(
        entry, Make("create", name, FileType::kRegular, 0600, ""));
  }
  for (const std::string& lockless : machine_.lockless) {
    if (IsBelowOrSame(entry.path, lockless))
      return LockError(ENOLCK, entry.path);
  }
  auto [held, is_free] =
      machine_.locks.emplace(entry.node->inode, machine_.next_lock);
  if (!is_free) return {nullptr};
  ++machine_.next_lock;
  return {std::make_unique<FakeLock>(machine_, held->first, held->second)};
}

}  // namespace provision
