#ifndef PROVISION_CORE_BASE_ISOLATION_H_
#define PROVISION_CORE_BASE_ISOLATION_H_

// What this kernel does to hold a process to reading: Landlock for files,
// seccomp for sockets and for the attributes of files (spec/engine.md 3.8,
// E10).

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/descriptor.h"

namespace provision {

struct IsolationMeans {
  int landlock = 0;      // its version; 0: the kernel has none
  bool seccomp = false;  // filters can be installed
};

// Of this kernel, asked once by trying.
IsolationMeans AvailableIsolation();

// "landlock 7, seccomp, no network", or what is missing and what follows.
std::string DescribeIsolation(const IsolationMeans& means);

// A Landlock ruleset under which nothing can be made, changed or removed but
// below `writable` (absolute paths of folders or files that exist) and in
// /dev/null, and from version 6 on no signal be sent to a process that is not
// held as well. Reading stays as it is. Not valid if this kernel has no
// Landlock.
absl::StatusOr<Descriptor> NewReadOnlyRuleset(
    const std::vector<std::string>& writable);

// A Landlock ruleset for a plugin: nothing can be written but /dev/null, and
// nothing be read or executed but what is below `readable` (those of them that
// exist), the system's programs and libraries, and /dev/urandom. Not valid if
// this kernel has no Landlock.
absl::StatusOr<Descriptor> NewPluginRuleset(
    const std::vector<std::string>& readable);

// A seccomp program, as bytes of `struct sock_filter`: sockets other than
// AF_UNIX are EACCES, and so are system calls of another architecture; io_uring
// is missing. With `read_only` also every call that changes what Landlock
// does not look at: modes, owners, times and attributes of files, mounts, clock
// and names of the host. Empty if this kernel has no seccomp.
absl::StatusOr<std::string> SeccompProgram(bool read_only);

// SeccompProgram(true) under which no socket at all can be opened, only a pair.
absl::StatusOr<std::string> PluginSeccompProgram();

// From here on this process, with all its threads, and every process that it
// starts can write only below `writable`. There is no way back. OK without
// effect where AvailableIsolation() has no Landlock: the caller prints that.
absl::Status RestrictToReading(const std::vector<std::string>& writable);

// RestrictToReading(), and no internet socket in children that are started
// under read_only; returns the line about it: DescribeIsolation of this kernel.
absl::StatusOr<std::string> HoldThisProcessToReading(
    const std::vector<std::string>& writable);

// ---- between fork and exec: system calls only ----

// Each is 0 or an errno value. No new privileges are to be had afterwards.
int ForbidNewPrivileges();
int EnterRuleset(int ruleset);
int EnterSeccomp(absl::string_view program);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_ISOLATION_H_
