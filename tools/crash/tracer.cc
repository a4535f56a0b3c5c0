#include "tools/crash/tracer.h"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "core/base/diagnostic.h"
#include "core/base/status_macros.h"
#include "tools/crash/call_filter.h"

namespace provision {
namespace {

constexpr int kCannotStart = 127;
constexpr int kSyscallStop = SIGTRAP | 0x80;
constexpr int kOptions = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK |
                         PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
                         PTRACE_O_TRACEEXEC | PTRACE_O_TRACESECCOMP |
                         PTRACE_O_EXITKILL;

std::vector<char*> Pointers(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (const std::string& word : words) {
    pointers.push_back(const_cast<char*>(word.c_str()));
  }
  pointers.push_back(nullptr);
  return pointers;
}

bool InstallFilter(std::vector<sock_filter>& program) {
  const sock_fprog filter = {static_cast<uint16_t>(program.size()),
                             program.data()};
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0) {
    return true;
  }
  // Without privilege only a process that gives up the way to it may.
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0;
}

bool Redirect(const std::string& file) {
  const int input = open("/dev/null", O_RDONLY);
  const int output = open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  return input >= 0 && output >= 0 && dup2(input, 0) == 0 &&
         dup2(output, 1) == 1 && dup2(output, 2) == 2;
}

// The process that a thread belongs to; the thread itself if it is gone.
pid_t ProcessOf(pid_t thread) {
  std::ifstream status(absl::StrCat("/proc/", thread, "/status"));
  for (std::string line; std::getline(status, line);) {
    if (absl::StartsWith(line, "Tgid:")) return std::atoi(line.c_str() + 5);
  }
  return thread;
}

// In the child: stops, so that it can be prepared, and becomes the program.
[[noreturn]] void BecomeProgram(const TraceOptions& options,
                                const sigset_t& mask) {
  std::vector<char*> argv = Pointers(options.argv);
  std::vector<char*> environment = Pointers(options.environment);
  std::vector<sock_filter> filter = CallFilter(options.keep_trace);
  if (!options.output.empty() && !Redirect(options.output)) {
    _exit(kCannotStart);
  }
  syscall(SYS_close_range, 3, ~0U, 0);
  if (chdir(options.directory.c_str()) != 0) _exit(kCannotStart);
  setpgid(0, 0);
  sigprocmask(SIG_SETMASK, &mask, nullptr);
  if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) _exit(kCannotStart);
  raise(SIGSTOP);
  if (!InstallFilter(filter)) _exit(kCannotStart);
  execve(argv[0], argv.data(), environment.data());
  _exit(kCannotStart);
}

// Waits for children with a deadline: SIGCHLD is blocked and taken in turn.
class ChildSignals {
 public:
  ChildSignals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    pthread_sigmask(SIG_BLOCK, &set, &before_);
  }
  ~ChildSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  const sigset_t& before() const { return before_; }

  // The pid that waitpid gives; 0 if nothing came by `deadline`, -1 if there
  // are no children.
  static pid_t Wait(absl::Time deadline, int* status) {
    while (true) {
      const pid_t pid = waitpid(-1, status, __WALL | WNOHANG);
      if (pid != 0) return pid;
      const absl::Duration left = deadline - absl::Now();
      if (left <= absl::ZeroDuration()) return 0;
      sigset_t set;
      sigemptyset(&set);
      sigaddset(&set, SIGCHLD);
      // A signal that came between the two calls is pending, and not lost; a
      // tenth of a second covers that several became one.
      const timespec pause =
          absl::ToTimespec(std::min(left, absl::Milliseconds(100)));
      sigtimedwait(&set, nullptr, &pause);
    }
  }

 private:
  sigset_t before_;
};

class Tracer {
 public:
  Tracer(const TraceOptions& options, pid_t program)
      : options_(options), program_(program) {}

  TraceResult Run() {
    absl::Time deadline = absl::Now() + options_.deadline;
    while (true) {
      int status = 0;
      const pid_t pid = ChildSignals::Wait(deadline, &status);
      if (pid < 0) break;
      if (pid == 0) {
        result_.overdue = true;
        Kill();
        deadline = absl::InfiniteFuture();  // killed processes end
      } else if (WIFSTOPPED(status)) {
        OnStop(pid, status);
      } else {
        OnEnd(pid, status);
      }
    }
    return std::move(result_);
  }

 private:
  void OnEnd(pid_t pid, int status) {
    threads_.erase(pid);
    waiting_.erase(pid);
    if (pid != program_) return;
    if (WIFEXITED(status)) result_.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) result_.end_signal = WTERMSIG(status);
  }

  void OnStop(pid_t pid, int status) {
    const auto [thread, is_new] = threads_.try_emplace(pid, true);
    if (is_new && options_.own_process) {
      thread->second = ProcessOf(pid) == program_;
    }
    if (killing_) {
      // A child that was not known yet when all others were killed.
      kill(pid, SIGKILL);
      return;
    }
    const int signal = WSTOPSIG(status);
    const int event = status >> 16;
    if (event == PTRACE_EVENT_SECCOMP) {
      BeforeCall(pid);
    } else if (signal == kSyscallStop) {
      AfterCall(pid);
    } else if (event != 0 || (is_new && signal == SIGSTOP)) {
      Resume(pid, 0);
    } else {
      Resume(pid, signal);
    }
  }

  void BeforeCall(pid_t pid) {
    if (!threads_[pid] || result_.killed) {
      Resume(pid, 0);
      return;
    }
    user_regs_struct registers;
    if (ptrace(PTRACE_GETREGS, pid, nullptr, &registers) != 0) return;
    TracedCall call = ReadCall(pid, registers);
    if (!IsCounted(call)) {
      if (options_.keep_trace && call.call != nullptr) {
        waiting_[pid] = std::move(call);
      }
      Resume(pid, 0);
      return;
    }
    call.number = ++result_.calls;
    const Fault& fault = options_.fault;
    const bool is_here = call.number == fault.at ||
                         (fault.kind == Fault::Kind::kErrno && fault.sticky &&
                          fault.at > 0 && call.number > fault.at);
    if (is_here && !Inject(pid, registers, call)) return;
    if (options_.keep_trace || after_) waiting_[pid] = std::move(call);
    Resume(pid, 0);
  }

  // Returns whether the thread goes on with what is in its registers.
  bool Inject(pid_t pid, user_regs_struct& registers, TracedCall& call) {
    const Fault& fault = options_.fault;
    switch (fault.kind) {
      case Fault::Kind::kNone:
        return true;
      case Fault::Kind::kKillBefore:
        Kill();
        return false;
      case Fault::Kind::kKillAfter:
        after_ = true;
        return true;
      case Fault::Kind::kTorn:
      case Fault::Kind::kShort:
        if (!Shorten(pid, registers, call)) return true;
        after_ = fault.kind == Fault::Kind::kTorn;
        result_.fired = true;
        return true;
      case Fault::Kind::kErrno:
        registers.orig_rax = static_cast<uint64_t>(-1);
        registers.rax = static_cast<uint64_t>(-int64_t{fault.error_number});
        ptrace(PTRACE_SETREGS, pid, nullptr, &registers);
        result_.fired = true;
        return true;
      case Fault::Kind::kSignal:
        for (int i = 0; i < fault.repeat; ++i) kill(program_, fault.signal);
        result_.fired = true;
        return true;
    }
    return true;
  }

  bool Shorten(pid_t pid, user_regs_struct& registers,
               const TracedCall& call) const {
    // The kernel takes all of these in the third argument.
    if (call.call->length != 2) return false;
    if (registers.rdx == 0) return false;
    registers.rdx = std::min<uint64_t>(
        registers.rdx * options_.fault.percent / 100, registers.rdx - 1);
    return ptrace(PTRACE_SETREGS, pid, nullptr, &registers) == 0;
  }

  void AfterCall(pid_t pid) {
    const auto waiting = waiting_.find(pid);
    if (waiting == waiting_.end()) {
      Resume(pid, 0);
      return;
    }
    user_regs_struct registers;
    if (ptrace(PTRACE_GETREGS, pid, nullptr, &registers) == 0) {
      waiting->second.result = static_cast<int64_t>(registers.rax);
    }
    const bool is_here = waiting->second.number == options_.fault.at;
    if (options_.keep_trace && waiting->second.number > 0 &&
        waiting->second.call->kind != MutatingCall::Kind::kExec) {
      waiting->second.after = ReadState(waiting->second.path);
    }
    if (options_.keep_trace) result_.trace.push_back(waiting->second);
    waiting_.erase(waiting);
    if (after_ && is_here) {
      Kill();
    } else {
      Resume(pid, 0);
    }
  }

  // To the end of the call it waits for, else to the next call of the filter.
  void Resume(pid_t pid, int signal) const {
    const bool waits = waiting_.count(pid) > 0;
    ptrace(waits ? PTRACE_SYSCALL : PTRACE_CONT, pid, nullptr, signal);
  }

  // Nothing can change the host after this: what comes to a mutating call
  // stops there, and is not resumed. But for what may live on.
  void Kill() {
    result_.fired = result_.killed = !result_.overdue;
    killing_ = result_.overdue || !options_.own_process;
    for (const auto& [thread, is_counted] : threads_) {
      if (killing_ || is_counted) kill(thread, SIGKILL);
    }
  }

  const TraceOptions& options_;
  const pid_t program_;
  TraceResult result_;
  std::map<pid_t, bool> threads_;  // is what it does counted?
  // Between a call and its end.
  std::map<pid_t, TracedCall> waiting_;
  bool after_ = false;    // kill at the end of the call at fault.at
  bool killing_ = false;  // everything
};

}  // namespace

std::string Fault::Text() const {
  switch (kind) {
    case Kind::kNone:
      return "undisturbed";
    case Kind::kKillBefore:
      return absl::StrCat("killed before call ", at);
    case Kind::kKillAfter:
      return absl::StrCat("killed after call ", at);
    case Kind::kTorn:
      return absl::StrCat("killed in call ", at, " at ", percent, " %");
    case Kind::kShort:
      return absl::StrCat("short write in call ", at);
    case Kind::kErrno:
      return absl::StrCat(strerrorname_np(error_number), " in call ", at,
                          sticky ? " and all later ones" : "");
    case Kind::kSignal:
      return absl::StrCat(
          "SIG", sigabbrev_np(signal), " at call ", at,
          repeat > 1 ? absl::StrCat(", ", repeat, " times") : "");
  }
  return "";
}

absl::StatusOr<TraceResult> Trace(const TraceOptions& options) {
  ChildSignals signals;
  const pid_t program = fork();
  if (program < 0) return ErrnoError(errno, "fork a program to trace");
  if (program == 0) BecomeProgram(options, signals.before());
  int status = 0;
  if (waitpid(program, &status, __WALL) != program || !WIFSTOPPED(status)) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot trace ", options.argv[0]));
  }
  if (ptrace(PTRACE_SETOPTIONS, program, nullptr, kOptions) != 0 ||
      ptrace(PTRACE_CONT, program, nullptr, 0) != 0) {
    const absl::Status error = ErrnoError(errno, "prepare a traced program");
    kill(program, SIGKILL);
    waitpid(program, &status, __WALL);
    return error;
  }
  TraceResult result = Tracer(options, program).Run();
  if (result.calls == 0 && result.exit_code == kCannotStart) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot start ", options.argv[0]));
  }
  return result;
}

}  // namespace provision
