#include "core/testing/fake_system.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

using Links = FakeFiles::Links;

// 2026-01-01T00:00:00Z: far from the epoch, and the same in each test.
constexpr int64_t kStart = 1767225600;

absl::Status Failed(int error_number, absl::string_view call,
                    absl::string_view path) {
  return ErrnoError(error_number, absl::StrCat(call, " ", path));
}

}  // namespace

FakeSystem::FakeSystem() {
  absl::MutexLock lock(&machine_.mutex);
  names_ = {.os = "Linux",
            .release = "6.1.0-18-amd64",
            .architecture = "x86_64",
            .host_name = "fake"};
  machine_.files.identity.user_name = "root";
  machine_.files.identity.home = "/root";
}

// ---- setting up ----

void FakeSystem::AddFile(absl::string_view path, absl::string_view content,
                         uint32_t mode) {
  absl::MutexLock lock(&machine_.mutex);
  std::shared_ptr<FakeNode> node =
      machine_.files.Add(path, FileType::kRegular, mode);
  node->content = std::string(content);
  machine_.files.Touch(node.get());
  node->MakeDurable();
}

void FakeSystem::AddDirectory(absl::string_view path, uint32_t mode) {
  absl::MutexLock lock(&machine_.mutex);
  machine_.files.Add(path, FileType::kDirectory, mode);
}

void FakeSystem::AddSymlink(absl::string_view path, absl::string_view target) {
  absl::MutexLock lock(&machine_.mutex);
  machine_.files.Add(path, FileType::kSymlink, 0777)->target =
      std::string(target);
}

void FakeSystem::AddOther(absl::string_view path) {
  absl::MutexLock lock(&machine_.mutex);
  machine_.files.Add(path, FileType::kOther, 0644);
}

void FakeSystem::AddMount(absl::string_view path) {
  absl::MutexLock lock(&machine_.mutex);
  std::shared_ptr<FakeNode> node =
      machine_.files.Add(path, FileType::kDirectory, 0755);
  node->device = 1000 + node->inode;
}

void FakeSystem::ChangeOwner(absl::string_view path, uint32_t uid,
                             uint32_t gid) {
  absl::MutexLock lock(&machine_.mutex);
  std::shared_ptr<FakeNode> node = MustFind(path);
  node->uid = node->durable.uid = uid;
  node->gid = node->durable.gid = gid;
}

void FakeSystem::ChangeLinkCount(absl::string_view path, uint64_t link_count) {
  absl::MutexLock lock(&machine_.mutex);
  MustFind(path)->link_count = link_count;
}

void FakeSystem::RemoveTree(absl::string_view path) {
  absl::MutexLock lock(&machine_.mutex);
  std::shared_ptr<FakeNode> parent = MustFind(ParentPath(path));
  parent->children.erase(BaseName(path));
  parent->durable.children.erase(BaseName(path));
}

void FakeSystem::AddScript(std::vector<std::string> argv, Script script) {
  absl::MutexLock lock(&machine_.mutex);
  scripts_[std::move(argv)] = std::move(script);
}

void FakeSystem::AddCommand(std::vector<std::string> argv,
                            absl::string_view output, int status) {
  ProcessResult result;
  result.standard_output = std::string(output);
  result.status = status;
  AddScript(std::move(argv), [result](const ProcessSpec&) { return result; });
}

void FakeSystem::SetVariable(absl::string_view name, absl::string_view value) {
  absl::MutexLock lock(&machine_.mutex);
  variables_[std::string(name)] = std::string(value);
}

void FakeSystem::SetIdentity(Identity identity) {
  absl::MutexLock lock(&machine_.mutex);
  machine_.files.identity = std::move(identity);
}

void FakeSystem::SetNames(SystemNames names) {
  absl::MutexLock lock(&machine_.mutex);
  names_ = std::move(names);
}

void FakeSystem::AddUser(absl::string_view name, uint32_t uid) {
  absl::MutexLock lock(&machine_.mutex);
  users_[std::string(name)] = uid;
}

void FakeSystem::AddGroup(absl::string_view name, uint32_t gid) {
  absl::MutexLock lock(&machine_.mutex);
  groups_[std::string(name)] = gid;
}

void FakeSystem::SetWorkingDirectory(absl::string_view path) {
  absl::MutexLock lock(&machine_.mutex);
  working_directory_ = std::string(path);
}

void FakeSystem::SetSpace(FileSystemSpace space) {
  absl::MutexLock lock(&machine_.mutex);
  machine_.files.space = space;
}

void FakeSystem::LimitFreeBytes(uint64_t bytes) {
  absl::MutexLock lock(&machine_.mutex);
  machine_.files.space.free_bytes = bytes;
  machine_.files.limited = true;
}

void FakeSystem::FixModes(uint32_t mode) {
  absl::MutexLock lock(&machine_.mutex);
  machine_.files.fixed_mode = mode;
}

void FakeSystem::Advance(absl::Duration duration) {
  absl::MutexLock lock(&machine_.mutex);
  elapsed_ += duration;
}

void FakeSystem::RequestStop(int signal) {
  absl::MutexLock lock(&machine_.mutex);
  AddStop(signal);
}

void FakeSystem::RequestStopInWait(int signal) {
  absl::MutexLock lock(&machine_.mutex);
  stop_in_wait_ = signal;
}

void FakeSystem::HoldLock(absl::string_view path) {
  absl::MutexLock lock(&machine_.mutex);
  std::shared_ptr<FakeNode> node =
      machine_.files.Add(path, FileType::kRegular, 0600);
  machine_.locks[node->inode] = machine_.next_lock++;
}

void FakeSystem::ReleaseLock(absl::string_view path) {
  absl::MutexLock lock(&machine_.mutex);
  machine_.locks.erase(MustFind(path)->inode);
}

void FakeSystem::RefuseLocks(absl::string_view path) {
  absl::MutexLock lock(&machine_.mutex);
  machine_.lockless.emplace_back(path);
}

// ---- failing ----

void FakeSystem::AddFault(FakeFault fault) {
  absl::MutexLock lock(&machine_.mutex);
  machine_.operations.AddFault(std::move(fault));
}

void FakeSystem::CrashAt(int n, CrashMode mode) {
  absl::MutexLock lock(&machine_.mutex);
  machine_.operations.CrashAt(n, mode);
}

void FakeSystem::Restart() {
  absl::MutexLock lock(&machine_.mutex);
  machine_.operations.Restart();
  machine_.locks.clear();
  stop_requests_ = stop_signal_ = stop_in_wait_ = 0;
}

void FakeSystem::PowerCut() {
  Restart();
  absl::MutexLock lock(&machine_.mutex);
  machine_.files.PowerCut();
}

// ---- looking ----

std::vector<std::string> FakeSystem::operations() const {
  absl::MutexLock lock(&machine_.mutex);
  return machine_.operations.log();
}

std::vector<std::string> FakeSystem::reads() const {
  absl::MutexLock lock(&machine_.mutex);
  return machine_.reads;
}

std::vector<ProcessSpec> FakeSystem::runs() const {
  absl::MutexLock lock(&machine_.mutex);
  return runs_;
}

void FakeSystem::ClearLogs() {
  absl::MutexLock lock(&machine_.mutex);
  machine_.operations.ClearLog();
  machine_.reads.clear();
  runs_.clear();
}

bool FakeSystem::crashed() const {
  absl::MutexLock lock(&machine_.mutex);
  return machine_.operations.crashed();
}

absl::optional<std::string> FakeSystem::Content(absl::string_view path) const {
  absl::MutexLock lock(&machine_.mutex);
  absl::StatusOr<FakePlace> place =
      machine_.files.Find("read", path, Links::kFollow);
  if (!place.ok() || place->node->type != FileType::kRegular) {
    return absl::nullopt;
  }
  return place->node->content;
}

std::map<std::string, std::string> FakeSystem::Snapshot(
    absl::string_view path) const {
  absl::MutexLock lock(&machine_.mutex);
  return machine_.files.Snapshot(path);
}

std::shared_ptr<FakeNode> FakeSystem::MustFind(absl::string_view path) const {
  absl::StatusOr<FakePlace> place =
      machine_.files.Find("find", path, Links::kKeepLast);
  if (!place.ok()) std::abort();
  return place->node;
}

// ---- reading ----

absl::StatusOr<FakePlace> FakeSystem::Read(absl::string_view call,
                                           absl::string_view path,
                                           Links links) {
  PROVISION_RETURN_IF_ERROR(
      machine_.operations.CheckAlive(machine_.operations.generation()));
  machine_.reads.push_back(absl::StrCat(call, " ", path));
  return machine_.files.Find(call, path, links);
}

absl::StatusOr<absl::optional<FileMetadata>> FakeSystem::MetadataOf(
    absl::string_view call, absl::string_view path, Links links) {
  absl::MutexLock lock(&machine_.mutex);
  absl::StatusOr<FakePlace> place = Read(call, path, links);
  if (absl::IsNotFound(place.status())) return {absl::nullopt};
  if (!place.ok()) return place.status();
  return {place->node->Metadata()};
}

absl::StatusOr<absl::optional<FileMetadata>> FakeSystem::Lstat(
    absl::string_view path) {
  return MetadataOf("lstat", path, Links::kKeepLast);
}

absl::StatusOr<absl::optional<FileMetadata>> FakeSystem::Stat(
    absl::string_view path) {
  return MetadataOf("stat", path, Links::kFollow);
}

absl::StatusOr<std::string> FakeSystem::ReadFile(absl::string_view path,
                                                 size_t max_bytes) {
  PROVISION_ASSIGN_OR_RETURN(FileContent file,
                             ReadFileAndMetadata(path, max_bytes));
  return std::move(file.content);
}

absl::StatusOr<FileContent> FakeSystem::ReadFileAndMetadata(
    absl::string_view path, size_t max_bytes) {
  absl::MutexLock lock(&machine_.mutex);
  PROVISION_ASSIGN_OR_RETURN(FakePlace place,
                             Read("read", path, Links::kFollow));
  if (place.node->type == FileType::kDirectory) {
    return Failed(EISDIR, "read", path);
  }
  if (!machine_.files.Allowed(*place.node, 4)) {
    return Failed(EACCES, "read", path);
  }
  if (place.node->content.size() > max_bytes) {
    return absl::OutOfRangeError(
        absl::StrCat("read ", path, ": longer than ", max_bytes));
  }
  return FileContent{place.node->Metadata(), place.node->content};
}

absl::StatusOr<std::unique_ptr<ByteSource>> FakeSystem::OpenForReading(
    absl::string_view path) {
  PROVISION_ASSIGN_OR_RETURN(std::string content,
                             ReadFile(path, std::string::npos));
  return {std::make_unique<FakeByteSource>(std::move(content))};
}

absl::StatusOr<std::vector<DirectoryEntry>> FakeSystem::ListDirectory(
    absl::string_view path) {
  absl::MutexLock lock(&machine_.mutex);
  PROVISION_ASSIGN_OR_RETURN(FakePlace place,
                             Read("list", path, Links::kFollow));
  if (place.node->type != FileType::kDirectory) {
    return Failed(ENOTDIR, "list", path);
  }
  if (!machine_.files.Allowed(*place.node, 4)) {
    return Failed(EACCES, "list", path);
  }
  std::vector<DirectoryEntry> entries;
  for (const auto& [name, child] : place.node->children) {
    entries.push_back({.name = name, .type = child->type});
  }
  return entries;
}

absl::StatusOr<std::string> FakeSystem::RealPath(absl::string_view path) {
  absl::MutexLock lock(&machine_.mutex);
  PROVISION_ASSIGN_OR_RETURN(FakePlace place,
                             Read("realpath", path, Links::kFollow));
  return place.path;
}

absl::StatusOr<FileSystemSpace> FakeSystem::SpaceAt(absl::string_view path) {
  absl::MutexLock lock(&machine_.mutex);
  PROVISION_RETURN_IF_ERROR(Read("statfs", path, Links::kFollow).status());
  return machine_.files.space;
}

absl::StatusOr<std::unique_ptr<Directory>> FakeSystem::OpenDirectory(
    absl::string_view path) {
  absl::MutexLock lock(&machine_.mutex);
  PROVISION_ASSIGN_OR_RETURN(FakePlace place,
                             Read("open", path, Links::kFollowTrusted));
  if (place.node->type != FileType::kDirectory) {
    return Failed(ENOTDIR, "open", path);
  }
  return {std::make_unique<FakeDirectory>(machine_, std::move(place),
                                          machine_.operations.generation())};
}

// ---- processes ----

FakeSystem::Script FakeSystem::FindScript(
    const std::vector<std::string>& argv) {
  for (size_t length = argv.size(); length > 0; --length) {
    auto found = scripts_.find({argv.begin(), argv.begin() + length});
    if (found != scripts_.end()) return found->second;
  }
  const std::string name = argv.empty() ? "" : argv[0];
  return [name](const ProcessSpec&) { return Failed(ENOENT, "exec", name); };
}

absl::StatusOr<ProcessResult> FakeSystem::Run(const ProcessSpec& spec) {
  Script script;
  bool runs = false;
  absl::Status allowed;
  {
    absl::MutexLock lock(&machine_.mutex);
    FakeOperations& operations = machine_.operations;
    const int generation = operations.generation();
    PROVISION_RETURN_IF_ERROR(operations.CheckAlive(generation));
    script = FindScript(spec.argv);
    auto start = [&] {
      machine_.mutex.AssertHeld();
      runs = true;
      runs_.push_back(spec);
      return absl::OkStatus();
    };
    // A command that can change nothing is a read.
    allowed = spec.read_only
                  ? start()
                  : operations.Perform(
                        FakeOperations::Kind::kChange,
                        absl::StrCat("run ", absl::StrJoin(spec.argv, " ")),
                        generation, start);
  }
  if (!runs) return allowed;
  absl::StatusOr<ProcessResult> result = script(spec);
  PROVISION_RETURN_IF_ERROR(allowed);
  if (result.ok() && spec.on_output) {
    if (!result->standard_output.empty()) {
      spec.on_output(false, result->standard_output);
    }
    if (!result->standard_error.empty()) {
      spec.on_output(true, result->standard_error);
    }
  }
  return result;
}

// ---- surroundings ----

absl::optional<std::string> FakeSystem::Variable(absl::string_view name) {
  absl::MutexLock lock(&machine_.mutex);
  auto found = variables_.find(std::string(name));
  if (found == variables_.end()) return absl::nullopt;
  return found->second;
}

std::map<std::string, std::string> FakeSystem::Environment() {
  absl::MutexLock lock(&machine_.mutex);
  return variables_;
}

std::string FakeSystem::WorkingDirectory() {
  absl::MutexLock lock(&machine_.mutex);
  return working_directory_;
}

Identity FakeSystem::identity() {
  absl::MutexLock lock(&machine_.mutex);
  return machine_.files.identity;
}

SystemNames FakeSystem::names() {
  absl::MutexLock lock(&machine_.mutex);
  return names_;
}

absl::optional<uint32_t> FakeSystem::UserId(absl::string_view name) {
  absl::MutexLock lock(&machine_.mutex);
  auto found = users_.find(std::string(name));
  if (found == users_.end()) return absl::nullopt;
  return found->second;
}

absl::optional<uint32_t> FakeSystem::GroupId(absl::string_view name) {
  absl::MutexLock lock(&machine_.mutex);
  auto found = groups_.find(std::string(name));
  if (found == groups_.end()) return absl::nullopt;
  return found->second;
}

// ---- clock, randomness, stop requests ----

absl::Time FakeSystem::WallClock() {
  absl::MutexLock lock(&machine_.mutex);
  return absl::FromUnixSeconds(kStart) + elapsed_;
}

absl::Duration FakeSystem::MonotonicClock() {
  absl::MutexLock lock(&machine_.mutex);
  return elapsed_;
}

std::string FakeSystem::RandomBytes(size_t count) {
  absl::MutexLock lock(&machine_.mutex);
  std::string bytes;
  while (bytes.size() < count) {
    bytes += Sha256Bytes(absl::StrCat("random ", ++random_calls_));
  }
  bytes.resize(count);
  return bytes;
}

void FakeSystem::AddStop(int signal) {
  stop_requests_ += signal == SIGQUIT ? 2 : 1;
  stop_signal_ = signal;
}

int FakeSystem::stop_requests() {
  absl::MutexLock lock(&machine_.mutex);
  return stop_requests_;
}

int FakeSystem::stop_signal() {
  absl::MutexLock lock(&machine_.mutex);
  return stop_signal_;
}

bool FakeSystem::Wait(absl::Duration duration) {
  absl::MutexLock lock(&machine_.mutex);
  if (stop_in_wait_ != 0) {
    AddStop(std::exchange(stop_in_wait_, 0));
    return true;
  }
  elapsed_ += duration;
  return false;
}

}  // namespace provision
