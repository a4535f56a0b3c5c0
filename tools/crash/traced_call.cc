#include "tools/crash/traced_call.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstring>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/path.h"
#include "re2/re2.h"

namespace provision {
namespace {

using Kind = MutatingCall::Kind;

// A journal frame is at most 1 MiB and its header.
constexpr size_t kMaxKeptData = (1 << 20) + 4096;

std::string ReadBytes(pid_t thread, uint64_t address, size_t size) {
  std::string bytes(size, '\0');
  iovec here = {bytes.data(), bytes.size()};
  iovec there = {reinterpret_cast<void*>(address), size};
  const ssize_t got = process_vm_readv(thread, &here, 1, &there, 1, 0);
  bytes.resize(std::max<ssize_t>(got, 0));
  return bytes;
}

// Up to the next zero byte; page by page, for the next page may not be there.
std::string ReadText(pid_t thread, uint64_t address) {
  constexpr uint64_t kPage = 4096;
  std::string text;
  while (text.size() < PATH_MAX) {
    const std::string piece =
        ReadBytes(thread, address, kPage - address % kPage);
    if (piece.empty()) break;
    const size_t end = piece.find('\0');
    text += piece.substr(0, end);
    if (end != std::string::npos) break;
    address += piece.size();
  }
  return text;
}

std::string ReadLink(const std::string& path) {
  char target[PATH_MAX];
  const ssize_t length = readlink(path.c_str(), target, sizeof(target));
  return std::string(target, std::max<ssize_t>(length, 0));
}

std::string DescriptorPath(pid_t thread, int descriptor) {
  return ReadLink(absl::StrCat("/proc/", thread, "/fd/", descriptor));
}

// The descriptor that `name` stands for; -1 if it is an ordinary name.
int NamedDescriptor(absl::string_view name) {
  int descriptor = -1;
  return absl::ConsumePrefix(&name, "/proc/self/fd/") &&
                 absl::SimpleAtoi(name, &descriptor)
             ? descriptor
             : -1;
}

// Where a relative name of argument `at` starts.
std::string BaseOf(pid_t thread, const user_regs_struct& registers, int at) {
  const int descriptor = at == MutatingCall::kNone
                             ? AT_FDCWD
                             : static_cast<int>(Argument(registers, at));
  return descriptor == AT_FDCWD
             ? ReadLink(absl::StrCat("/proc/", thread, "/cwd"))
             : DescriptorPath(thread, descriptor);
}

void ReadOpenFlags(pid_t thread, const user_regs_struct& registers,
                   TracedCall* traced) {
  if (traced->call->number == SYS_openat2) {
    const std::string bytes =
        ReadBytes(thread, Argument(registers, 2), sizeof(struct open_how));
    struct open_how how = {};
    memcpy(&how, bytes.data(), bytes.size());
    traced->flags = how.flags;
    traced->resolve = how.resolve;
    if (how.resolve & RESOLVE_BENEATH) {
      traced->relative = static_cast<int>(Argument(registers, 0)) != AT_FDCWD;
    }
  } else if (traced->call->number == SYS_creat) {
    traced->flags = O_CREAT | O_TRUNC | O_WRONLY;
  } else {
    traced->flags = Argument(registers, traced->call->flags);
  }
}

bool IsJournal(absl::string_view path) {
  return absl::EndsWith(path, "/journal") ||
         absl::EndsWith(path, "/journal.new.tmp");
}

}  // namespace

uint64_t Argument(const user_regs_struct& registers, int position) {
  const uint64_t arguments[] = {registers.rdi, registers.rsi, registers.rdx,
                                registers.r10, registers.r8,  registers.r9};
  return arguments[position];
}

FileState ReadState(const std::string& path) {
  struct stat status;
  FileState state;
  if (lstat(path.c_str(), &status) != 0) return state;
  state.mode = status.st_mode & 07777;
  if (S_ISLNK(status.st_mode)) {
    state.kind = FileState::Kind::kLink;
    state.content = ReadLink(path);
  } else if (S_ISDIR(status.st_mode)) {
    state.kind = FileState::Kind::kDirectory;
  } else if (S_ISREG(status.st_mode)) {
    state.kind = FileState::Kind::kFile;
    std::ifstream file(path, std::ios::binary);
    std::stringstream content;
    content << file.rdbuf();
    state.content = content.str();
  }
  return state;
}

TracedCall ReadCall(pid_t thread, const user_regs_struct& registers) {
  TracedCall traced;
  traced.process = thread;
  traced.call = FindMutatingCall(static_cast<int64_t>(registers.orig_rax));
  if (traced.call == nullptr) return traced;
  const MutatingCall& call = *traced.call;
  const auto path_of = [&](int path, int at) {
    const std::string name = ReadText(thread, Argument(registers, path));
    // utimensat of a descriptor has no name.
    if (name.empty()) return BaseOf(thread, registers, at);
    if (const int descriptor = NamedDescriptor(name); descriptor >= 0) {
      return DescriptorPath(thread, descriptor);
    }
    return JoinPath(BaseOf(thread, registers, at), name);
  };
  if (call.descriptor != MutatingCall::kNone) {
    traced.path = DescriptorPath(
        thread, static_cast<int>(Argument(registers, call.descriptor)));
    traced.relative = true;
  }
  if (call.path != MutatingCall::kNone) {
    traced.path = path_of(call.path, call.path_at);
    const std::string name = ReadText(thread, Argument(registers, call.path));
    traced.relative =
        NamedDescriptor(name) >= 0 ||
        (call.path_at != MutatingCall::kNone &&
         static_cast<int>(Argument(registers, call.path_at)) != AT_FDCWD &&
         !absl::StrContains(name, "/"));
  }
  if (call.second_path != MutatingCall::kNone) {
    traced.second_path = path_of(call.second_path, call.second_at);
  }
  if (call.kind == Kind::kOpen) {
    ReadOpenFlags(thread, registers, &traced);
    struct stat status;
    traced.existed = lstat(traced.path.c_str(), &status) == 0;
  }
  if (call.number == SYS_write && IsJournal(traced.path)) {
    traced.data =
        ReadBytes(thread, Argument(registers, 1),
                  std::min<size_t>(Argument(registers, 2), kMaxKeptData));
  }
  return traced;
}

bool IsCounted(const TracedCall& call) {
  if (call.call == nullptr || !absl::StartsWith(call.path, "/")) return false;
  if (call.call->kind == Kind::kExec) return true;
  for (absl::string_view folder : {"/proc/", "/dev/", "/memfd:"}) {
    // In /dev/shm are files like any other.
    if (absl::StartsWith(call.path, folder) &&
        !absl::StartsWith(call.path, "/dev/shm/")) {
      return false;
    }
  }
  return call.call->kind != Kind::kOpen || OpensForChange(call.flags);
}

std::string TracedCall::Text() const {
  return absl::StrCat(call->name, " ", path, second_path.empty() ? "" : " -> ",
                      second_path, " = ", result);
}

std::string WithoutRandomParts(absl::string_view path) {
  static const LazyRE2 kRun = {R"([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})"};
  static const LazyRE2 kTemporaryName = {R"(\b[0-9a-f]{16}\b)"};
  std::string text(path);
  RE2::GlobalReplace(&text, *kRun, "*");
  RE2::GlobalReplace(&text, *kTemporaryName, "*");
  return text;
}

}  // namespace provision
