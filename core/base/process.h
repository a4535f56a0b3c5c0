#ifndef PROVISION_CORE_BASE_PROCESS_H_
#define PROVISION_CORE_BASE_PROCESS_H_

// One command: what it is started with, and how it ended.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"

namespace provision {

// Limits of a child and everything it starts; read back before it runs.
struct ProcessLimits {
  absl::optional<uint64_t> memory_bytes = {};
  uint64_t swap_bytes = 0;  // used only with memory_bytes
  absl::optional<uint64_t> processes = {};
  absl::optional<uint64_t> open_files = {};

  bool any() const { return memory_bytes || processes || open_files; }
};

struct ProcessSpec {
  // argv[0] is an absolute path; handed over byte for byte, no shell.
  std::vector<std::string> argv = {};
  // The whole environment; nothing is inherited.
  std::map<std::string, std::string> environment = {};
  // Working directory; "" is a private empty one, and with `read_only`, where
  // nothing can be left behind, the root.
  std::string directory = {};
  std::string standard_input = {};  // "" is /dev/null
  // Bytes that the child finds on a pipe at descriptor `first`.
  std::vector<std::pair<int, std::string>> inputs = {};
  absl::Duration deadline = absl::InfiniteDuration();
  // From SIGTERM to SIGKILL of all that it started.
  absl::Duration kill_grace = absl::Seconds(5);
  // From a first stop request on it may go on this long; a second ends it.
  absl::Duration stop_grace = absl::Seconds(30);
  ProcessLimits limits = {};
  uint32_t umask = 022;

  // Nothing may be written (Landlock) and no internet socket opened (seccomp),
  // as far as this kernel can: for commands that are read as facts.
  bool read_only = false;
  // No internet socket (seccomp).
  bool no_network = false;
  // Set unless the command needs to gain privilege, such as sudo.
  bool no_new_privileges = true;
  // The command is meant to leave a process behind: it does not inherit
  // `inherited_lock` and gets no death signal.
  bool leaves_process = false;
  // Descriptor of children.lock, or -1.
  int inherited_lock = -1;

  // Of each stream the first and last half of this is kept.
  size_t output_limit = 1 << 20;
  // Called with each piece of output as it comes, from the calling thread.
  std::function<void(bool is_stderr, absl::string_view bytes)> on_output = {};
};

struct ProcessResult {
  enum class Outcome {
    kExited,    // `status` is its exit status
    kSignaled,  // `status` is 128 + signal
    kDeadline,  // ended because the deadline passed
    kStopped,   // ended because of a stop request
  };
  Outcome outcome = Outcome::kExited;
  int status = 0;
  std::string standard_output = {};
  std::string standard_error = {};
  uint64_t dropped_bytes = 0;  // of both streams, beyond the limit
  absl::Duration duration = {};
  bool out_of_memory = false;  // killed by the limit of its cgroup
  // What the cgroup and rlimit files said once it ran in them.
  ProcessLimits limits_read_back = {};
  std::string cgroup = {};  // path of its cgroup; "" if none was made

  bool ok() const { return outcome == Outcome::kExited && status == 0; }
};

}  // namespace provision

#endif  // PROVISION_CORE_BASE_PROCESS_H_
