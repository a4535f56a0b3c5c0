#include "core/base/lock_holders.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace provision {
namespace {

constexpr size_t kMaxProcFile = 1 << 20;

bool SaysOfdLock(absl::string_view fdinfo) {
  for (absl::string_view line : absl::StrSplit(fdinfo, '\n')) {
    if (absl::StartsWith(line, "lock:") && absl::StrContains(line, "OFDLCK")) {
      return true;
    }
  }
  return false;
}

// Does one of the descriptors of `process` ("/proc/12") hold a lock on `file`?
bool Holds(System& system, const std::string& process,
           const FileMetadata& file) {
  auto descriptors = system.ListDirectory(process + "/fdinfo");
  if (!descriptors.ok()) return false;
  for (const DirectoryEntry& entry : *descriptors) {
    auto info = system.ReadFile(absl::StrCat(process, "/fdinfo/", entry.name),
                                kMaxProcFile);
    if (!info.ok() || !SaysOfdLock(*info)) continue;
    // The device in fdinfo is not that of stat on every file system.
    auto open = system.Stat(absl::StrCat(process, "/fd/", entry.name));
    if (open.ok() && open->has_value() && (*open)->inode == file.inode &&
        (*open)->device == file.device) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::vector<LockHolder> LockHolders(System& system, absl::string_view path) {
  std::vector<LockHolder> holders;
  auto file = system.Lstat(path);
  auto processes = system.ListDirectory("/proc");
  if (!file.ok() || !file->has_value() || !processes.ok()) return holders;
  for (const DirectoryEntry& entry : *processes) {
    LockHolder holder;
    if (!absl::SimpleAtoi(entry.name, &holder.pid)) continue;
    const std::string process = absl::StrCat("/proc/", entry.name);
    if (!Holds(system, process, **file)) continue;
    holder.command = std::string(absl::StripSuffix(
        system.ReadFile(process + "/comm", kMaxProcFile).value_or(""), "\n"));
    holders.push_back(std::move(holder));
  }
  std::sort(
      holders.begin(), holders.end(),
      [](const LockHolder& a, const LockHolder& b) { return a.pid < b.pid; });
  return holders;
}

}  // namespace provision
