#include "core/journal/lock_holders.h"

#include <algorithm>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace provision {
namespace {

constexpr size_t kMaxProcFile = 64 << 10;
constexpr size_t kShownCommand = 200;

// A line such as "lock:	1: OFDLCK  ADVISORY  WRITE -1 fe:01:1234 0 EOF".
bool IsLockOn(absl::string_view line, uint64_t inode) {
  if (!absl::ConsumePrefix(&line, "lock:")) return false;
  for (absl::string_view word :
       absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty())) {
    const std::vector<absl::string_view> parts = absl::StrSplit(word, ':');
    uint64_t number = 0;
    if (parts.size() == 3 && absl::SimpleAtoi(parts[2], &number) &&
        number == inode) {
      return true;
    }
  }
  return false;
}

bool Holds(System& system, absl::string_view process, uint64_t inode) {
  const std::string folder = absl::StrCat("/proc/", process, "/fdinfo");
  // A process that ended meanwhile, or is not ours, is no holder we can name.
  absl::StatusOr<std::vector<DirectoryEntry>> descriptors =
      system.ListDirectory(folder);
  if (!descriptors.ok()) return false;
  for (const DirectoryEntry& descriptor : *descriptors) {
    absl::StatusOr<std::string> text = system.ReadFile(
        absl::StrCat(folder, "/", descriptor.name), kMaxProcFile);
    if (!text.ok()) continue;
    for (absl::string_view line : absl::StrSplit(*text, '\n')) {
      if (IsLockOn(line, inode)) return true;
    }
  }
  return false;
}

std::string CommandOf(System& system, absl::string_view process) {
  absl::StatusOr<std::string> text = system.ReadFile(
      absl::StrCat("/proc/", process, "/cmdline"), kMaxProcFile);
  if (!text.ok()) return "";
  absl::string_view words =
      absl::StripSuffix(*text, absl::string_view("\0", 1));
  return absl::StrReplaceAll(words.substr(0, kShownCommand),
                             {{absl::string_view("\0", 1), " "}});
}

}  // namespace

std::string LockHolder::ForPeople() const {
  return absl::StrCat("pid ", pid, command.empty() ? "" : ", ", command);
}

std::vector<LockHolder> FindLockHolders(System& system, uint64_t inode) {
  std::vector<LockHolder> holders;
  absl::StatusOr<std::vector<DirectoryEntry>> processes =
      system.ListDirectory("/proc");
  if (!processes.ok()) return holders;
  absl::StatusOr<std::string> self = system.RealPath("/proc/self");
  for (const DirectoryEntry& process : *processes) {
    LockHolder holder;
    if (!absl::SimpleAtoi(process.name, &holder.pid)) continue;
    if (self.ok() && *self == absl::StrCat("/proc/", process.name)) continue;
    if (!Holds(system, process.name, inode)) continue;
    holder.command = CommandOf(system, process.name);
    holders.push_back(std::move(holder));
  }
  std::sort(
      holders.begin(), holders.end(),
      [](const LockHolder& a, const LockHolder& b) { return a.pid < b.pid; });
  return holders;
}

}  // namespace provision
