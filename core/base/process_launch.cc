#include "core/base/process_launch.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/isolation.h"
#include "core/base/pipe.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

// What the keeper writes, whole or not at all: it is shorter than PIPE_BUF.
struct Report {
  enum Kind : int { kStarted, kNotForked, kEnded };
  Kind kind = kStarted;
  int value = 0;     // pid, errno, or status
  int signaled = 0;  // of kEnded
};

// Where the command failed between fork and exec.
struct Failure {
  enum Place : int {
    kDescriptors,
    kDirectory,
    kOpenFiles,
    kLimits,
    kPrivileges,
    kLandlock,
    kSeccomp,
    kExec
  };
  Place place = kExec;
  int error_number = 0;
};

absl::string_view PlaceName(Failure::Place place) {
  switch (place) {
    case Failure::kDescriptors:
      return "arrange descriptors for";
    case Failure::kDirectory:
      return "enter the working directory of";
    case Failure::kOpenFiles:
      return "limit the open files of";
    case Failure::kLimits:
      return "set the limits of";
    case Failure::kPrivileges:
      return "set no_new_privs for";
    case Failure::kLandlock:
      return "hold to reading (Landlock)";
    case Failure::kSeccomp:
      return "hold to no network (seccomp)";
    case Failure::kExec:
      break;
  }
  return "start";
}

// ---- after the fork: only system calls from here to the next heading ----

void Write(int descriptor, const void* data, size_t size) {
  [[maybe_unused]] ssize_t written =
      RetryInterrupted([&] { return write(descriptor, data, size); });
}

void CloseRange(unsigned first, unsigned last) {
  if (syscall(SYS_close_range, first, last, 0) == 0) return;
  // Before Linux 5.9: one by one, as far as there can be any.
  struct rlimit limit = {};
  getrlimit(RLIMIT_NOFILE, &limit);
  const rlim_t end = std::min<rlim_t>(limit.rlim_cur, 1 << 20);
  for (rlim_t other = first; other <= last && other < end; ++other) {
    close(static_cast<int>(other));
  }
}

// In the command. `failure` and what `plan` maps are all that is open.
class Command {
 public:
  Command(const LaunchPlan& plan, int failure)
      : plan_(plan), failure_(failure) {}

  [[noreturn]] void Run(pid_t keeper, int go) {
    setsid();
    if (plan_.death_signal) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (getppid() != keeper) _exit(127);  // it died before the line above
    }
    char byte = 0;
    if (RetryInterrupted([&] { return read(go, &byte, 1); }) != 1) _exit(127);

    ResetSignals();
    umask(plan_.umask);
    const struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    Check(ArrangeDescriptors(), Failure::kDescriptors);
    Check(chdir(plan_.directory) == 0 ? 0 : errno, Failure::kDirectory);
    if (plan_.open_files > 0) Check(LimitOpenFiles(), Failure::kOpenFiles);
    Check(SetLimits(), Failure::kLimits);
    if (plan_.no_new_privileges || plan_.ruleset >= 0 ||
        !plan_.seccomp.empty()) {
      Check(ForbidNewPrivileges(), Failure::kPrivileges);
    }
    if (ruleset_ >= 0) Check(EnterRuleset(ruleset_), Failure::kLandlock);
    if (!plan_.seccomp.empty()) {
      Check(EnterSeccomp(plan_.seccomp), Failure::kSeccomp);
    }
    if (executable_ >= 0) {
      if (plan_.is_script) fcntl(executable_, F_SETFD, 0);
      syscall(SYS_execveat, executable_, "", plan_.argv, plan_.environment,
              AT_EMPTY_PATH);
    } else {
      execve(plan_.argv[0], const_cast<char**>(plan_.argv),
             const_cast<char**>(plan_.environment));
    }
    Check(errno, Failure::kExec);
    _exit(127);
  }

 private:
  void Check(int error_number, Failure::Place place) {
    if (error_number == 0) return;
    const Failure failure = {place, error_number};
    Write(failure_, &failure, sizeof(failure));
    _exit(127);
  }

  // Set, then read back.
  int LimitOpenFiles() const {
    struct rlimit limit = {plan_.open_files, plan_.open_files};
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) return errno;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return errno;
    return limit.rlim_max == plan_.open_files ? 0 : EPERM;
  }

  int SetLimits() const {
    for (size_t i = 0; i < plan_.limits.size(); ++i) {
      const LaunchPlan::Limit& limit = plan_.limits[i];
      const struct rlimit value = {limit.value, limit.value};
      if (setrlimit(limit.resource, &value) != 0) return errno;
    }
    return 0;
  }

  static void ResetSignals() {
    // By the system call: the library hides two signals, and a parent may have
    // left them ignored. All zero is the default action.
    const char default_action[64] = {};
    for (int number = 1; number < NSIG; ++number) {
      syscall(SYS_rt_sigaction, number, default_action, nullptr, NSIG / 8);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
  }

  // Everything that is still needed goes above the highest target first, so
  // that no target overwrites a source; what is left above is close-on-exec.
  int ArrangeDescriptors() {
    int top = 2;
    for (const LaunchPlan::Mapping& mapping : plan_.descriptors) {
      top = std::max(top, mapping.target);
    }
    const int base = top + 1;
    if (!MoveAbove(base, failure_)) return errno;
    if (plan_.ruleset >= 0) {
      ruleset_ = plan_.ruleset;
      if (!MoveAbove(base, ruleset_)) return errno;
    }
    if (plan_.executable >= 0) {
      executable_ = plan_.executable;
      if (!MoveAbove(base, executable_)) return errno;
    }
    // The sources are copied, not moved: two targets may have the same one.
    int highest = std::max({failure_, ruleset_, executable_});
    int copies[kMaxMappings];
    const size_t count = plan_.descriptors.size();
    for (size_t i = 0; i < count; ++i) {
      copies[i] = fcntl(plan_.descriptors[i].source, F_DUPFD_CLOEXEC, base);
      if (copies[i] < 0) return errno;
      highest = std::max(highest, copies[i]);
    }
    // Below: only the targets. Above: nothing.
    CloseRange(0, top);
    CloseRange(highest + 1, ~0U);
    for (size_t i = 0; i < count; ++i) {
      if (dup2(copies[i], plan_.descriptors[i].target) < 0) return errno;
    }
    // What is between is ours and not, so it is closed by the exec.
    for (int other = base; other <= highest; ++other) {
      fcntl(other, F_SETFD, FD_CLOEXEC);
    }
    return 0;
  }

  static bool MoveAbove(int base, int& descriptor) {
    descriptor = fcntl(descriptor, F_DUPFD_CLOEXEC, base);
    return descriptor >= 0;
  }

 public:
  static constexpr size_t kMaxMappings = 64;

 private:
  const LaunchPlan& plan_;
  int failure_;
  int ruleset_ = -1;
  int executable_ = -1;
};

struct KeeperDescriptors {
  int report;
  int go;
  int failure;
};

[[noreturn]] void RunKeeper(const LaunchPlan& plan, pid_t parent,
                            const KeeperDescriptors& descriptors) {
  prctl(PR_SET_NAME, "provision-keep");
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  setpgid(0, 0);

  const pid_t self = getpid();
  const pid_t command = _Fork();
  if (command == 0) {
    Command(plan, descriptors.failure).Run(self, descriptors.go);
  }
  const Report started = {command > 0 ? Report::kStarted : Report::kNotForked,
                          command > 0 ? command : errno, 0};
  Write(descriptors.report, &started, sizeof(started));
  // Nothing of the run may stay open through a keeper.
  const int report = descriptors.report;
  if (report > 0) CloseRange(0, report - 1);
  CloseRange(report + 1, ~0U);
  while (true) {
    siginfo_t info = {};
    if (waitid(P_ALL, 0, &info, WEXITED) != 0) {
      if (errno == EINTR) continue;
      pause();  // nothing is left to wait for; we are killed when read
      continue;
    }
    if (info.si_pid != command) continue;
    const Report ended = {Report::kEnded, info.si_status,
                          info.si_code != CLD_EXITED};
    Write(report, &ended, sizeof(ended));
  }
}

// ---- in this process ----

// Signals stay blocked in the keeper, so that a handler of ours cannot run in a
// copy.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

bool ReadReport(int descriptor, Report& report) {
  return RetryInterrupted([&] {
           return read(descriptor, &report, sizeof(report));
         }) == sizeof(report);
}

}  // namespace

absl::StatusOr<std::unique_ptr<LaunchedProcess>> LaunchedProcess::Start(
    const LaunchPlan& plan) {
  if (plan.descriptors.size() > Command::kMaxMappings) {
    return absl::InvalidArgumentError("too many descriptors for a command");
  }
  PROVISION_ASSIGN_OR_RETURN(Pipe report, NewPipe());
  PROVISION_ASSIGN_OR_RETURN(Pipe go, NewPipe());
  PROVISION_ASSIGN_OR_RETURN(Pipe failure, NewPipe());

  std::unique_ptr<LaunchedProcess> launched(new LaunchedProcess());
  const pid_t parent = getpid();
  {
    SignalsBlocked blocked;
    launched->keeper_ = fork();
    if (launched->keeper_ == 0) {
      // The command must see the end of `go` when this process dies.
      close(go.writing.get());
      close(report.reading.get());
      close(failure.reading.get());
      RunKeeper(
          plan, parent,
          {report.writing.get(), go.reading.get(), failure.writing.get()});
    }
  }
  if (launched->keeper_ < 0) {
    return ErrnoError(errno, absl::StrCat("fork for ", plan.argv[0]));
  }
  launched->name_ = plan.argv[0];
  launched->report_ = std::move(report.reading);
  launched->go_ = std::move(go.writing);
  launched->failure_ = std::move(failure.reading);
  report.writing.Close();
  failure.writing.Close();

  Report started;
  if (!ReadReport(launched->report_.get(), started)) {
    return absl::InternalError(
        absl::StrCat("the keeper of ", plan.argv[0], " was killed"));
  }
  if (started.kind != Report::kStarted) {
    return ErrnoError(started.value, absl::StrCat("fork for ", plan.argv[0]));
  }
  launched->command_ = started.value;
  return launched;
}

LaunchedProcess::~LaunchedProcess() {
  if (keeper_ <= 0) return;
  if (go_.valid() && command_ > 0) {
    // It has not begun, and is gone when this returns.
    go_.Close();
    ReadExit();
  }
  kill(keeper_, SIGKILL);
  RetryInterrupted([&] { return waitpid(keeper_, nullptr, 0); });
}

absl::Status LaunchedProcess::Continue() {
  const int written = WriteWholly(go_.get(), "g");
  if (written != 0) return ErrnoError(written, "continue a command");
  go_.Close();
  Failure failure;
  const ssize_t got = RetryInterrupted(
      [&] { return read(failure_.get(), &failure, sizeof(failure)); });
  failure_.Close();
  if (got != sizeof(failure)) return absl::OkStatus();
  return ErrnoError(failure.error_number,
                    absl::StrCat(PlaceName(failure.place), " ", name_));
}

LaunchedExit LaunchedProcess::ReadExit() {
  Report ended;
  if (!ReadReport(report_.get(), ended)) return {true, SIGKILL};
  return {ended.signaled != 0, ended.value};
}

}  // namespace provision
