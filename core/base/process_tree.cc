#include "core/base/process_tree.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/descriptor.h"
#include "core/base/local_file.h"

namespace provision {
namespace {

bool ReadProcessStat(pid_t pid, ProcessStat& stat) {
  Descriptor file(
      open(absl::StrCat("/proc/", pid, "/stat").c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  return file.valid() && ReadUntilEnd(file.get(), 4096, text) == 0 &&
         ParseProcessStat(text, stat);
}

std::vector<ProcessStat> AllProcesses() {
  std::vector<ProcessStat> processes;
  auto entries = ReadEntries(
      Descriptor(open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)), "/proc");
  if (!entries.ok()) return processes;
  for (const DirectoryEntry& entry : *entries) {
    pid_t pid = 0;
    ProcessStat stat;
    if (absl::SimpleAtoi(entry.name, &pid) && ReadProcessStat(pid, stat)) {
      processes.push_back(stat);
    }
  }
  return processes;
}

}  // namespace

bool ParseProcessStat(absl::string_view text, ProcessStat& stat) {
  // "PID (NAME) STATE PPID ...", the start time being field 22.
  const size_t open = text.find(" (");
  const size_t close = text.rfind(") ");
  if (open == absl::string_view::npos || close == absl::string_view::npos) {
    return false;
  }
  const std::vector<absl::string_view> fields =
      absl::StrSplit(text.substr(close + 2), ' ');
  constexpr size_t kStartTime = 22 - 3;
  if (fields.size() <= kStartTime || fields[0].size() != 1) return false;
  stat.state = fields[0][0];
  return absl::SimpleAtoi(text.substr(0, open), &stat.identity.pid) &&
         absl::SimpleAtoi(fields[1], &stat.parent) &&
         absl::SimpleAtoi(fields[kStartTime], &stat.identity.start_time);
}

std::vector<ProcessIdentity> DescendantsOf(pid_t root) {
  std::multimap<pid_t, ProcessStat> by_parent;
  for (const ProcessStat& stat : AllProcesses()) {
    by_parent.emplace(stat.parent, stat);
  }
  std::vector<ProcessIdentity> found;
  std::vector<pid_t> parents = {root};
  while (!parents.empty()) {
    auto [first, last] = by_parent.equal_range(parents.back());
    parents.pop_back();
    for (; first != last; ++first) {
      const ProcessStat& stat = first->second;
      parents.push_back(stat.identity.pid);
      if (stat.state != 'Z' && stat.state != 'X') {
        found.push_back(stat.identity);
      }
    }
  }
  return found;
}

void SignalProcesses(const std::vector<ProcessIdentity>& processes,
                     int signal_number) {
  for (const ProcessIdentity& process : processes) {
    // The descriptor stands for one process; asked after it was opened, the
    // start time tells whether it is the one that is meant.
    Descriptor handle(
        static_cast<int>(syscall(SYS_pidfd_open, process.pid, 0)));
    ProcessStat stat;
    if (!ReadProcessStat(process.pid, stat) || stat.identity != process) {
      continue;
    }
    if (handle.valid()) {
      syscall(SYS_pidfd_send_signal, handle.get(), signal_number, nullptr, 0);
    } else if (errno == ENOSYS) {  // before Linux 5.3
      kill(process.pid, signal_number);
    }
  }
}

void KillDescendants(pid_t root) {
  std::vector<ProcessIdentity> stopped;
  // What was stopped cannot fork, so the number of rounds is small. The limit
  // is for processes that somebody keeps continuing.
  constexpr int kRounds = 1000;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<ProcessIdentity> fresh;
    for (const ProcessIdentity& process : DescendantsOf(root)) {
      if (std::find(stopped.begin(), stopped.end(), process) == stopped.end()) {
        fresh.push_back(process);
      }
    }
    if (fresh.empty()) break;
    SignalProcesses(fresh, SIGSTOP);
    stopped.insert(stopped.end(), fresh.begin(), fresh.end());
  }
  SignalProcesses(stopped, SIGKILL);
}

}  // namespace provision
