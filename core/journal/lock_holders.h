#ifndef PROVISION_CORE_JOURNAL_LOCK_HOLDERS_H_
#define PROVISION_CORE_JOURNAL_LOCK_HOLDERS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/system.h"

namespace provision {

struct LockHolder {
  int64_t pid = 0;
  std::string command;  // "" if it cannot be read

  // "pid 4127, sleep 100".
  std::string ForPeople() const;
};

// The processes, but this one, that hold an open-file-description lock on the
// file with this inode, by pid. The kernel tells no pid for such a lock, so
// each descriptor of each process is looked at in /proc; a process that may not
// be looked into is not found.
std::vector<LockHolder> FindLockHolders(System& system, uint64_t inode);

}  // namespace provision

#endif  // PROVISION_CORE_JOURNAL_LOCK_HOLDERS_H_
