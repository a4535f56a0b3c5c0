#ifndef PROVISION_CORE_BASE_CGROUP_H_
#define PROVISION_CORE_BASE_CGROUP_H_

#include <sys/types.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/process.h"

namespace provision {

// A cgroup of our own that holds one command and all it starts: memory with
// swap, and the number of processes. In version 1 one folder per controller,
// in version 2 one for all. Its folders are removed by the destructor, as far
// as no process is left in them.
class Cgroup {
 public:
  virtual ~Cgroup() = default;

  // Moves a process in, then reads from the process's own files what holds it.
  // `limits/not-applied` if that is not what was asked.
  virtual absl::StatusOr<ProcessLimits> Enter(pid_t pid) = 0;
  // Kills all in it, where the kernel has cgroup.kill; false if it has not.
  virtual bool Kill() = 0;
  // Has the memory limit killed something?
  virtual bool out_of_memory() const = 0;
  // The folder of its first controller.
  virtual const std::string& path() const = 0;
};

// Where the kernel's texts are and cgroups can be made; another one in tests.
struct CgroupHost {
  std::string proc = "/proc";
};

// Makes one for those of `limits` that a cgroup holds, in folders called
// `name`. `limits/no-controller` if there is no controller for one of them, or
// this user may not use it: a limit that nobody keeps is not claimed.
absl::StatusOr<std::unique_ptr<Cgroup>> NewCgroup(absl::string_view name,
                                                  const ProcessLimits& limits,
                                                  const CgroupHost& host = {});

}  // namespace provision

#endif  // PROVISION_CORE_BASE_CGROUP_H_
