#ifndef PROVISION_CORE_BASE_PROCESS_LAUNCH_H_
#define PROVISION_CORE_BASE_PROCESS_LAUNCH_H_

// Between fork and exec. A command does not start as our own child but as that
// of a keeper: a copy of this process that does nothing but wait. The keeper is
// the subreaper of the command, so whatever the command starts stays below it,
// through double forks and sessions of their own, and can be found and ended.

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/descriptor.h"

namespace provision {

// All that the command needs, made ready before the fork: afterwards there are
// system calls only. The pointers are the caller's until exec.
struct LaunchPlan {
  struct Mapping {
    int source = -1;
    int target = -1;
  };

  const char* const* argv = nullptr;
  const char* const* environment = nullptr;
  const char* directory = nullptr;
  // Descriptors of the command; it has no others.
  std::vector<Mapping> descriptors;
  mode_t umask = 022;
  uint64_t open_files = 0;  // limit; 0: none
  // Further limits, of setrlimit(2).
  struct Limit {
    int resource = 0;
    uint64_t value = 0;
  };
  std::vector<Limit> limits;
  // What is executed in place of the file called argv[0]; -1: none.
  int executable = -1;
  // `executable` begins with #!: it stays open for the interpreter.
  bool is_script = false;
  bool death_signal = true;
  bool no_new_privileges = true;
  int ruleset = -1;     // of Landlock; -1: none
  std::string seccomp;  // program; empty: none
};

// How a command ended, as waitid(2) puts it.
struct LaunchedExit {
  bool signaled = false;
  int status = 0;  // exit status or signal
};

// A command in the making, then running, with its keeper.
class LaunchedProcess {
 public:
  // Forks. The command waits until Continue().
  static absl::StatusOr<std::unique_ptr<LaunchedProcess>> Start(
      const LaunchPlan& plan);
  // Ends a command that has not been continued. Kills the keeper, and with it a
  // command that has a death signal; what else is below it goes on.
  ~LaunchedProcess();

  pid_t keeper() const { return keeper_; }
  pid_t command() const { return command_; }

  // Lets the command go on to exec; an error says what failed there.
  absl::Status Continue();

  // Readable when the command has ended, or the keeper was killed.
  int exit_descriptor() const { return report_.get(); }
  // To be called when it is.
  LaunchedExit ReadExit();

 private:
  LaunchedProcess() = default;

  std::string name_;  // of the program, for messages
  pid_t keeper_ = -1;
  pid_t command_ = -1;
  Descriptor report_;   // what the keeper tells
  Descriptor go_;       // closing or writing it lets the command go on
  Descriptor failure_;  // what went wrong before exec
};

}  // namespace provision

#endif  // PROVISION_CORE_BASE_PROCESS_LAUNCH_H_
