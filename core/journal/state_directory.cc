#include "core/journal/state_directory.h"

#include <cerrno>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "core/base/diagnostic.h"
#include "core/base/lock_error.h"
#include "core/base/path.h"
#include "core/base/serialize.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr uint32_t kFolderMode = 0700;
// What leads to it, such as ~/.local, is for others too.
constexpr uint32_t kParentMode = 0755;
constexpr uint32_t kFileMode = 0600;
constexpr size_t kMaxSmallFile = size_t{64} << 20;
constexpr size_t kKeySize = 32;
constexpr size_t kHostIdShown = 8;
constexpr char kLock[] = "lock";
constexpr char kChildrenLock[] = "children.lock";
constexpr char kCarry[] = "carry.pb";
constexpr char kTrust[] = "trust.pb";
constexpr char kFloor[] = "floor.pb";
constexpr char kKey[] = "key";
constexpr char kMoved[] = "moved";
constexpr absl::string_view kTemporaryPrefix = ".provision-";
constexpr absl::string_view kTemporarySuffix = ".tmp";

absl::Status Untrusted(absl::string_view path, absl::string_view why,
                       absl::string_view command) {
  return DiagnosticError(absl::StatusCode::kFailedPrecondition,
                         "state/untrusted", absl::StrCat(path, ": ", why))
      .Because("somebody else could have written it")
      .Next(absl::StrCat(command, " ", path));
}

absl::Status CheckOwner(absl::string_view path, const FileMetadata& metadata,
                        uint32_t owner) {
  if (metadata.uid != owner) {
    return Untrusted(path, absl::StrCat("belongs to user ", metadata.uid),
                     absl::StrCat("chown ", owner));
  }
  if ((metadata.mode & 0077) != 0) {
    return Untrusted(path,
                     absl::StrFormat("others may use it (%04o)", metadata.mode),
                     "chmod go=");
  }
  return absl::OkStatus();
}

std::string TemporaryName(System& system) {
  return absl::StrCat(kTemporaryPrefix,
                      absl::BytesToHexString(system.RandomBytes(8)),
                      kTemporarySuffix);
}

bool IsTemporaryName(absl::string_view name) {
  return absl::StartsWith(name, kTemporaryPrefix) &&
         absl::EndsWith(name, kTemporarySuffix);
}

// A file of this content under a temporary name, durable but for the name.
absl::StatusOr<std::string> WriteTemporary(System& system, Directory& directory,
                                           absl::string_view content) {
  std::string name = TemporaryName(system);
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<WritableFile> file,
                             directory.Create(name, kFileMode));
  absl::Status written = file->Append(content);
  if (written.ok()) written = file->Sync();
  if (written.ok()) return name;
  // What could not be written is of no use; the error is the one to tell.
  directory.Remove(name).IgnoreError();
  return written;
}

// Opens `path` and makes what is missing of it.
absl::StatusOr<std::unique_ptr<Directory>> OpenOrMake(System& system,
                                                      absl::string_view path) {
  std::string there(path);
  for (;;) {
    PROVISION_ASSIGN_OR_RETURN(absl::optional<FileMetadata> found,
                               system.Lstat(there));
    if (found || there == "/") break;
    there = ParentPath(there);
  }
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> directory,
                             system.OpenDirectory(there));
  if (there == path) return directory;
  const std::string missing(RelativeTo(path, there));
  const std::vector<absl::string_view> names =
      absl::StrSplit(missing, '/', absl::SkipEmpty());
  for (size_t i = 0; i < names.size(); ++i) {
    const bool is_last = i + 1 == names.size();
    absl::Status made =
        directory->MakeDirectory(names[i], is_last ? kFolderMode : kParentMode);
    if (!made.ok() && !absl::IsAlreadyExists(made)) return made;
    PROVISION_ASSIGN_OR_RETURN(directory, directory->OpenDirectory(names[i]));
  }
  return directory;
}

absl::Status Locked(absl::string_view found, absl::string_view because,
                    absl::string_view next) {
  return DiagnosticError(absl::StatusCode::kUnavailable, "run/locked",
                         "state is in use")
      .Found(found)
      .Because(because)
      .Next(next);
}

}  // namespace

std::string DefaultStatePath(System& system) {
  const Identity identity = system.identity();
  if (identity.uid == 0) return "/var/lib/provision";
  std::string base = system.Variable("XDG_STATE_HOME").value_or("");
  if (!absl::StartsWith(base, "/")) {
    const std::string home = system.Variable("HOME").value_or(identity.home);
    base = JoinPath(home, ".local/state");
  }
  return JoinPath(
      base, absl::StrCat("provision/", HostId(system).substr(0, kHostIdShown)));
}

std::vector<std::string> LocalStatePaths(System& system) {
  const Identity identity = system.identity();
  const std::string below =
      absl::StrCat("provision/state/", HostId(system).substr(0, kHostIdShown));
  std::string cache = system.Variable("XDG_CACHE_HOME").value_or("");
  if (!absl::StartsWith(cache, "/")) {
    cache = JoinPath(system.Variable("HOME").value_or(identity.home), ".cache");
  }
  std::vector<std::string> paths = {JoinPath(cache, below)};
  const std::string own = absl::StrCat(identity.uid);
  absl::StatusOr<std::unique_ptr<Directory>> shared =
      system.OpenDirectory("/var/tmp");
  if (!shared.ok()) return paths;
  const absl::Status made = (*shared)->MakeDirectory(own, kFolderMode);
  if ((made.ok() || absl::IsAlreadyExists(made)) &&
      CheckTrusted(**shared, own, identity.uid).ok()) {
    paths.push_back(JoinPath(absl::StrCat("/var/tmp/", own), below));
  }
  return paths;
}

StateDirectory::StateDirectory(System& system,
                               std::unique_ptr<Directory> directory)
    : system_(system), directory_(std::move(directory)) {}

absl::StatusOr<std::unique_ptr<StateDirectory>> StateDirectory::OpenHere(
    System& system, absl::string_view path) {
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> directory,
                             OpenOrMake(system, NormalPath(path)));
  return Checked(system, std::move(directory));
}

absl::StatusOr<std::unique_ptr<StateDirectory>> StateDirectory::Open(
    System& system, absl::string_view path) {
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<StateDirectory> state,
                             OpenHere(system, path));
  PROVISION_ASSIGN_OR_RETURN(const std::string moved, state->MovedTo());
  if (moved.empty()) return state;
  return OpenHere(system, moved);
}

absl::StatusOr<std::unique_ptr<StateDirectory>> StateDirectory::OpenExisting(
    System& system, absl::string_view path) {
  absl::StatusOr<std::unique_ptr<Directory>> directory =
      system.OpenDirectory(path);
  if (absl::IsNotFound(directory.status())) return nullptr;
  PROVISION_RETURN_IF_ERROR(directory.status());
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<StateDirectory> state,
                             Checked(system, *std::move(directory)));
  PROVISION_ASSIGN_OR_RETURN(const std::string moved, state->MovedTo());
  if (moved.empty()) return state;
  directory = system.OpenDirectory(moved);
  if (absl::IsNotFound(directory.status())) return nullptr;
  PROVISION_RETURN_IF_ERROR(directory.status());
  return Checked(system, *std::move(directory));
}

absl::StatusOr<std::string> StateDirectory::MovedTo() {
  absl::Status trusted =
      CheckTrusted(*directory_, kMoved, system_.identity().uid);
  if (absl::IsNotFound(trusted)) return "";
  PROVISION_RETURN_IF_ERROR(trusted);
  return directory_->ReadFile(kMoved, kMaxSmallFile);
}

absl::Status StateDirectory::MoveTo(absl::string_view path) {
  PROVISION_RETURN_IF_ERROR(MakeDurable());
  return WriteDurably(system_, *directory_, kMoved, path);
}

absl::StatusOr<std::unique_ptr<StateDirectory>> StateDirectory::Checked(
    System& system, std::unique_ptr<Directory> directory) {
  PROVISION_ASSIGN_OR_RETURN(FileMetadata metadata, directory->Stat());
  PROVISION_RETURN_IF_ERROR(
      CheckOwner(directory->path(), metadata, system.identity().uid));
  return std::unique_ptr<StateDirectory>(
      new StateDirectory(system, std::move(directory)));
}

absl::Status StateDirectory::MakeDurable() {
  PROVISION_RETURN_IF_ERROR(directory_->Sync());
  const uint32_t uid = system_.identity().uid;
  for (std::string at = path(); at != "/";) {
    at = ParentPath(at);
    PROVISION_ASSIGN_OR_RETURN(absl::optional<FileMetadata> found,
                               system_.Stat(at));
    if (!found || found->uid != uid) break;
    PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> parent,
                               system_.OpenDirectory(at));
    PROVISION_RETURN_IF_ERROR(parent->Sync());
  }
  return absl::OkStatus();
}

// ---- locks ----

absl::StatusOr<std::unique_ptr<FileLock>> StateDirectory::TryLock(
    absl::string_view name, bool inheritable) {
  absl::Status trusted =
      CheckTrusted(*directory_, name, system_.identity().uid);
  if (!trusted.ok() && !absl::IsNotFound(trusted)) return trusted;
  return directory_->TryLock(name, inheritable);
}

absl::StatusOr<std::vector<LockHolder>> StateDirectory::Holders(
    absl::string_view name) {
  PROVISION_ASSIGN_OR_RETURN(absl::optional<FileMetadata> file,
                             directory_->Lstat(name));
  if (!file) return std::vector<LockHolder>();
  return FindLockHolders(system_, file->inode);
}

absl::Status StateDirectory::TakeLock() {
  PROVISION_ASSIGN_OR_RETURN(lock_, TryLock(kLock, /*inheritable=*/false));
  if (lock_ == nullptr) {
    PROVISION_ASSIGN_OR_RETURN(absl::optional<std::string> holder, Holder());
    return Locked(holder.value_or("another run"),
                  "one run at a time may change what the state describes",
                  "wait for it, then run the same command");
  }
  // A lock that two can hold is none.
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<FileLock> second,
                             TryLock(kLock, /*inheritable=*/false));
  if (second == nullptr) return absl::OkStatus();
  return LockError(ENOLCK, absl::StrCat(path(), "/", kLock));
}

absl::Status StateDirectory::Lock(absl::string_view command) {
  absl::Status taken = TakeLock();
  if (taken.ok()) taken = TakeChildrenLock();
  if (!taken.ok()) {
    lock_ = nullptr;
    return taken;
  }
  absl::Status described = DescribeRun(command);
  if (!described.ok()) {
    children_lock_ = nullptr;
    lock_ = nullptr;
  }
  return described;
}

absl::Status StateDirectory::TakeChildrenLock() {
  PROVISION_ASSIGN_OR_RETURN(children_lock_,
                             TryLock(kChildrenLock, /*inheritable=*/true));
  if (children_lock_ != nullptr) return absl::OkStatus();
  PROVISION_ASSIGN_OR_RETURN(std::vector<LockHolder> survivors,
                             Holders(kChildrenLock));
  DiagnosticError error(absl::StatusCode::kUnavailable, "run/locked",
                        "a command of an earlier run still works");
  for (const LockHolder& survivor : survivors) {
    error.Found(survivor.ForPeople());
  }
  if (survivors.empty()) error.Found("a process that cannot be looked into");
  return error.Because("what it does and what a new run does could collide")
      .Next("wait for it or end it, then run the same command");
}

// Also sweeps away what a crash left of WriteDurably().
absl::Status StateDirectory::DescribeRun(absl::string_view command) {
  PROVISION_ASSIGN_OR_RETURN(std::vector<DirectoryEntry> entries,
                             directory_->List());
  for (const DirectoryEntry& entry : entries) {
    if (IsTemporaryName(entry.name)) {
      PROVISION_RETURN_IF_ERROR(directory_->Remove(entry.name));
    }
  }
  absl::StatusOr<std::string> self = system_.RealPath("/proc/self");
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<WritableFile> file,
                             directory_->OpenForAppending(kLock));
  PROVISION_RETURN_IF_ERROR(file->Truncate(0));
  return file->Append(
      absl::StrCat("pid ", self.ok() ? BaseName(*self) : "unknown", ", since ",
                   absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", system_.WallClock(),
                                    absl::UTCTimeZone()),
                   ", boot ", BootId(system_), "\n", command, "\n"));
}

int StateDirectory::children_lock() const {
  return children_lock_ == nullptr ? -1 : children_lock_->descriptor();
}

absl::Status StateDirectory::Unlock(bool killed_children) {
  absl::Status replaced;
  if (children_lock_ != nullptr && !killed_children) {
    replaced = directory_->Remove(kChildrenLock);
  }
  children_lock_ = nullptr;
  lock_ = nullptr;
  return replaced;
}

absl::StatusOr<absl::optional<std::string>> StateDirectory::Holder() {
  PROVISION_ASSIGN_OR_RETURN(std::vector<LockHolder> holders, Holders(kLock));
  if (holders.empty()) return absl::optional<std::string>();
  absl::StatusOr<std::string> described =
      directory_->ReadFile(kLock, kMaxSmallFile);
  if (!described.ok()) return absl::make_optional(holders[0].ForPeople());
  const std::vector<absl::string_view> lines =
      absl::StrSplit(*described, absl::MaxSplits('\n', 1));
  // Information only: it may be from an earlier run that ended just now.
  if (lines.size() < 2 ||
      !absl::StartsWith(lines[0], absl::StrCat("pid ", holders[0].pid, ","))) {
    return absl::make_optional(holders[0].ForPeople());
  }
  const absl::string_view facts = lines[0].substr(0, lines[0].find(", boot "));
  return absl::make_optional(
      absl::StrCat(facts, ", ", absl::StripSuffix(lines[1], "\n")));
}

// ---- small files ----

absl::Status StateDirectory::Read(absl::string_view name,
                                  google::protobuf::Message* message) {
  absl::Status trusted =
      CheckTrusted(*directory_, name, system_.identity().uid);
  if (absl::IsNotFound(trusted)) return absl::OkStatus();
  PROVISION_RETURN_IF_ERROR(trusted);
  PROVISION_ASSIGN_OR_RETURN(std::string bytes,
                             directory_->ReadFile(name, kMaxSmallFile));
  if (message->ParseFromString(bytes)) return absl::OkStatus();
  return DiagnosticError(
             absl::StatusCode::kDataLoss, "state/damaged",
             absl::StrCat(path(), "/", name, ": is not what was written"))
      .Because("without it an action could be done twice")
      .Next(
          "restore it from a copy, or remove it and say --assume-done STEP "
          "where that holds");
}

absl::Status StateDirectory::Write(absl::string_view name,
                                   const google::protobuf::Message& message) {
  if (!locked()) {
    return absl::InternalError(absl::StrCat(name, ": written without a lock"));
  }
  return WriteDurably(system_, *directory_, name, DeterministicBytes(message));
}

absl::StatusOr<Carry> StateDirectory::ReadCarry() {
  Carry carry;
  PROVISION_RETURN_IF_ERROR(Read(kCarry, &carry));
  return carry;
}

absl::Status StateDirectory::WriteCarry(const Carry& carry) {
  return Write(kCarry, carry);
}

absl::StatusOr<Trust> StateDirectory::ReadTrust() {
  Trust trust;
  PROVISION_RETURN_IF_ERROR(Read(kTrust, &trust));
  return trust;
}

absl::Status StateDirectory::WriteTrust(const Trust& trust) {
  return Write(kTrust, trust);
}

absl::StatusOr<Floor> StateDirectory::ReadFloor() {
  Floor floor;
  PROVISION_RETURN_IF_ERROR(Read(kFloor, &floor));
  return floor;
}

absl::Status StateDirectory::WriteFloor(const Floor& floor) {
  return Write(kFloor, floor);
}

absl::StatusOr<Secret> StateDirectory::Key() {
  absl::Status trusted =
      CheckTrusted(*directory_, kKey, system_.identity().uid);
  if (absl::IsNotFound(trusted)) {
    PROVISION_ASSIGN_OR_RETURN(
        std::string temporary,
        WriteTemporary(system_, *directory_, system_.RandomBytes(kKeySize)));
    // Who loses a race takes the winner's key.
    absl::Status named = directory_->Rename(temporary, *directory_, kKey,
                                            Directory::RenameMode::kNoReplace);
    if (absl::IsAlreadyExists(named)) named = directory_->Remove(temporary);
    PROVISION_RETURN_IF_ERROR(named);
    PROVISION_RETURN_IF_ERROR(directory_->Sync());
    trusted = CheckTrusted(*directory_, kKey, system_.identity().uid);
  }
  PROVISION_RETURN_IF_ERROR(trusted);
  PROVISION_ASSIGN_OR_RETURN(std::string key,
                             directory_->ReadFile(kKey, kMaxSmallFile));
  if (key.size() != kKeySize) {
    return Untrusted(absl::StrCat(path(), "/", kKey),
                     absl::StrCat("has ", key.size(), " bytes, not ", kKeySize),
                     "rm");
  }
  return Secret(std::move(key));
}

absl::Status CheckTrusted(Directory& directory, absl::string_view name,
                          uint32_t owner) {
  PROVISION_ASSIGN_OR_RETURN(absl::optional<FileMetadata> found,
                             directory.Lstat(name));
  if (!found) return absl::NotFoundError(absl::StrCat(name, " is not there"));
  const std::string path = JoinPath(directory.path(), name);
  if (found->type != FileType::kRegular &&
      found->type != FileType::kDirectory) {
    return Untrusted(path, "is no file and no directory", "rm");
  }
  if (found->type == FileType::kRegular && found->link_count != 1) {
    return Untrusted(path, absl::StrCat("has ", found->link_count, " links"),
                     "ls -li");
  }
  return CheckOwner(path, *found, owner);
}

absl::Status WriteDurably(System& system, Directory& directory,
                          absl::string_view name, absl::string_view content) {
  PROVISION_ASSIGN_OR_RETURN(std::string temporary,
                             WriteTemporary(system, directory, content));
  PROVISION_RETURN_IF_ERROR(directory.Rename(temporary, directory, name,
                                             Directory::RenameMode::kReplace));
  return directory.Sync();
}

}  // namespace provision
