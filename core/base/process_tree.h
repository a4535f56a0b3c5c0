#ifndef PROVISION_CORE_BASE_PROCESS_TREE_H_
#define PROVISION_CORE_BASE_PROCESS_TREE_H_

#include <sys/types.h>

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"

namespace provision {

// One process, told apart from a later one with the same id.
struct ProcessIdentity {
  pid_t pid = 0;
  uint64_t start_time = 0;  // ticks since boot

  friend bool operator==(const ProcessIdentity&,
                         const ProcessIdentity&) = default;
};

// What /proc/PID/stat says, as far as a tree is concerned.
struct ProcessStat {
  ProcessIdentity identity;
  pid_t parent = 0;
  char state = '?';
};

// False if `text` is no such line. A command's name may hold anything, brackets
// and spaces too.
bool ParseProcessStat(absl::string_view text, ProcessStat& stat);

// Every living process below `root`, which is not one of them. Zombies do not
// live.
std::vector<ProcessIdentity> DescendantsOf(pid_t root);

// Sends a signal to each of them that is still the same process.
void SignalProcesses(const std::vector<ProcessIdentity>& processes,
                     int signal_number);

// Ends everything below `root`: stops it all first, so that nothing can fork
// away, then kills. `root` has to be a child subreaper, so that an orphan stays
// below it. Returns at once; the processes end on their own.
void KillDescendants(pid_t root);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_PROCESS_TREE_H_
