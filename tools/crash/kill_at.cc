// Kills a program where it is about to change a file.
//
//   kill_at COUNT_FILE N own|tree COMMAND...
//
// Runs COMMAND and numbers the system calls by which it changes files: with
// `own` those of its own process, all threads of it; with `tree` those of every
// process that it starts as well, in one order. Before the N-th one the process
// is killed, or with `tree` all of them. N = 0 only counts. Waits until no
// process of COMMAND is left, so that children of a killed program end as they
// do without it; then writes the number of calls to COUNT_FILE. Exit: as
// COMMAND, 137 if it was killed, 125 if it could not be traced.
//
// Not seen: stores through shared mappings, and io_uring.

#include <fcntl.h>
#include <linux/openat2.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <string>

namespace provision {
namespace {

constexpr int kCannotTrace = 125;

[[noreturn]] void Fail(const char* what) {
  std::fprintf(stderr, "kill_at: %s: %s\n", what, std::strerror(errno));
  std::exit(kCannotTrace);
}

// The process that a thread belongs to; the thread itself if it is gone.
pid_t ProcessOf(pid_t thread) {
  std::ifstream status("/proc/" + std::to_string(thread) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("Tgid:", 0) == 0) return std::atoi(line.c_str() + 5);
  }
  return thread;
}

// The flags of openat2, which are in the memory of the caller.
uint64_t FlagsOfOpenHow(pid_t thread, uint64_t address) {
  open_how how = {};
  iovec local = {&how, sizeof how};
  iovec remote = {reinterpret_cast<void*>(address), sizeof how};
  return process_vm_readv(thread, &local, 1, &remote, 1, 0) < 0 ? 0 : how.flags;
}

bool MakesFile(uint64_t flags) { return (flags & (O_CREAT | O_TRUNC)) != 0; }

// Whether a system call changes a file, a folder or what is durable of them.
bool ChangesFiles(pid_t thread, uint64_t number, const uint64_t* arguments) {
  switch (number) {
    case SYS_write:
    case SYS_pwrite64:
    case SYS_writev:
    case SYS_pwritev:
    case SYS_pwritev2:
    case SYS_sendfile:
      return arguments[0] > 2;
    case SYS_open:
      return MakesFile(arguments[1]);
    case SYS_openat:
      return MakesFile(arguments[2]);
    case SYS_openat2:
      return MakesFile(FlagsOfOpenHow(thread, arguments[2]));
    case SYS_creat:
    case SYS_rename:
    case SYS_renameat:
    case SYS_renameat2:
    case SYS_link:
    case SYS_linkat:
    case SYS_symlink:
    case SYS_symlinkat:
    case SYS_unlink:
    case SYS_unlinkat:
    case SYS_rmdir:
    case SYS_mkdir:
    case SYS_mkdirat:
    case SYS_mknod:
    case SYS_mknodat:
    case SYS_truncate:
    case SYS_ftruncate:
    case SYS_fallocate:
    case SYS_fsync:
    case SYS_fdatasync:
    case SYS_sync_file_range:
    case SYS_syncfs:
    case SYS_chmod:
    case SYS_fchmod:
    case SYS_fchmodat:
    case SYS_chown:
    case SYS_fchown:
    case SYS_lchown:
    case SYS_fchownat:
    case SYS_utimensat:
    case SYS_setxattr:
    case SYS_lsetxattr:
    case SYS_fsetxattr:
    case SYS_removexattr:
    case SYS_lremovexattr:
    case SYS_fremovexattr:
    case SYS_copy_file_range:
    case SYS_splice:
      return true;
    default:
      return false;
  }
}

// One run of a command under ptrace.
class Tracer {
 public:
  Tracer(pid_t leader, int64_t kill_at, bool whole_tree)
      : leader_(leader), kill_at_(kill_at), whole_tree_(whole_tree) {}

  // Returns when no process is left.
  void Run() {
    while (true) {
      int status = 0;
      const pid_t thread = waitpid(-1, &status, __WALL);
      if (thread < 0 && errno == EINTR) continue;
      if (thread < 0) return;
      if (WIFSTOPPED(status)) {
        Resume(thread, status);
      } else {
        processes_.erase(thread);
        if (thread == leader_) leader_status_ = status;
      }
    }
  }

  int64_t count() const { return count_; }
  int exit_code() const {
    return WIFEXITED(leader_status_) ? WEXITSTATUS(leader_status_)
                                     : 128 + WTERMSIG(leader_status_);
  }

 private:
  void Resume(pid_t thread, int status) {
    processes_.try_emplace(thread, ProcessOf(thread));
    const int stop = WSTOPSIG(status);
    const int event = status >> 16;
    int signal = 0;
    __ptrace_request request = PTRACE_SYSCALL;
    if (stop == (SIGTRAP | 0x80)) {
      AtSystemCall(thread);
    } else if (event == PTRACE_EVENT_STOP) {
      // A group stop, or the beginning of a thread.
      if (stop != SIGTRAP) request = PTRACE_LISTEN;
    } else if (event == 0) {
      signal = stop;
    }
    // It may have been killed meanwhile.
    ptrace(request, thread, nullptr, signal);
  }

  void AtSystemCall(pid_t thread) {
    if (!whole_tree_ && processes_[thread] != leader_) return;
    __ptrace_syscall_info info = {};
    if (ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info) <= 0) {
      return;
    }
    if (info.op != PTRACE_SYSCALL_INFO_ENTRY) return;
    if (!ChangesFiles(thread, info.entry.nr,
                      reinterpret_cast<const uint64_t*>(info.entry.args))) {
      return;
    }
    if (++count_ == kill_at_) Kill();
  }

  void Kill() {
    if (whole_tree_) {
      for (const auto& [thread, process] : processes_) kill(process, SIGKILL);
    }
    kill(leader_, SIGKILL);
  }

  const pid_t leader_;
  const int64_t kill_at_;
  const bool whole_tree_;
  std::map<pid_t, pid_t> processes_;  // of each thread
  int64_t count_ = 0;
  int leader_status_ = 0;
};

// Starts the command, traced from its first instruction.
pid_t Start(char** command) {
  int gate[2];
  if (pipe2(gate, O_CLOEXEC) != 0) Fail("pipe");
  const pid_t child = fork();
  if (child < 0) Fail("fork");
  if (child == 0) {
    char byte;
    if (read(gate[0], &byte, 1) != 1) _exit(kCannotTrace);
    execvp(command[0], command);
    _exit(127);
  }
  constexpr long kOptions = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK |
                            PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
                            PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
  if (ptrace(PTRACE_SEIZE, child, nullptr, kOptions) != 0 ||
      ptrace(PTRACE_INTERRUPT, child, nullptr, nullptr) != 0) {
    Fail("ptrace");
  }
  if (write(gate[1], "", 1) != 1) Fail("write");
  close(gate[0]);
  close(gate[1]);
  return child;
}

int Main(int argc, char** argv) {
  const std::string who = argc < 5 ? "" : argv[3];
  if (who != "own" && who != "tree") {
    std::fprintf(stderr, "usage: kill_at COUNT_FILE N own|tree COMMAND...\n");
    return 64;
  }
  Tracer tracer(Start(argv + 4), std::atoll(argv[2]), who == "tree");
  tracer.Run();
  std::ofstream(argv[1]) << tracer.count() << "\n";
  return tracer.exit_code();
}

}  // namespace
}  // namespace provision

int main(int argc, char** argv) { return provision::Main(argc, argv); }
