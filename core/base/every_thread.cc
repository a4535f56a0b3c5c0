#include "core/base/every_thread.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <set>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "core/base/descriptor.h"
#include "core/base/diagnostic.h"
#include "core/base/local_file.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

// ThreadSanitizer has a thread that blocks all signals, and holds handlers back
// until the next call that it knows: there the caller stands for all.
#if defined(PROVISION_THREAD_SANITIZER)
constexpr bool kHandlersRun = false;
#else
constexpr bool kHandlersRun = true;
#endif

constexpr absl::Duration kPatience = absl::Seconds(5);
constexpr absl::Duration kLook = absl::Milliseconds(20);

// What the handler works with, as long as a call is under way.
std::atomic<int (*)(int)> current_call = nullptr;
std::atomic<int> current_argument = 0;
std::atomic<int> first_error = 0;
std::atomic<int> answers = 0;

void OnCall(int) {
  const int saved_errno = errno;
  int expected = 0;
  first_error.compare_exchange_strong(expected,
                                      current_call.load()(current_argument));
  answers.fetch_add(1);
  syscall(SYS_futex, &answers, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
  errno = saved_errno;
}

absl::StatusOr<std::vector<pid_t>> Threads() {
  Descriptor tasks(open("/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!tasks.valid()) return ErrnoError(errno, "open /proc/self/task");
  PROVISION_ASSIGN_OR_RETURN(std::vector<DirectoryEntry> entries,
                             ReadEntries(std::move(tasks), "/proc/self/task"));
  std::vector<pid_t> threads;
  for (const DirectoryEntry& entry : entries) {
    pid_t thread = 0;
    if (absl::SimpleAtoi(entry.name, &thread)) threads.push_back(thread);
  }
  return threads;
}

bool Signal(pid_t thread, int signal_number) {
  return syscall(SYS_tgkill, getpid(), thread, signal_number) == 0;
}

// Waits until `thread` has answered or is gone.
absl::Status Ask(pid_t thread, int signal_number) {
  const int before = answers;
  if (!Signal(thread, signal_number)) return absl::OkStatus();
  for (absl::Duration waited; waited < kPatience; waited += kLook) {
    const struct timespec timeout = absl::ToTimespec(kLook);
    syscall(SYS_futex, &answers, FUTEX_WAIT_PRIVATE, before, &timeout, nullptr,
            0);
    if (answers != before || !Signal(thread, 0)) return absl::OkStatus();
  }
  return absl::InternalError(
      absl::StrCat("thread ", thread, " does not answer"));
}

absl::Status AskAll(int signal_number) {
  // One that is begun by a thread which has made the call is as if it had; but
  // it does no harm to make it again.
  std::set<pid_t> asked = {static_cast<pid_t>(syscall(SYS_gettid))};
  while (true) {
    PROVISION_ASSIGN_OR_RETURN(std::vector<pid_t> threads, Threads());
    const size_t before = asked.size();
    for (pid_t thread : threads) {
      if (!asked.insert(thread).second) continue;
      PROVISION_RETURN_IF_ERROR(Ask(thread, signal_number));
    }
    if (asked.size() == before) return absl::OkStatus();
  }
}

}  // namespace

absl::Status CallOnEveryThread(int (*call)(int argument), int argument) {
  static absl::Mutex mutex(absl::kConstInit);
  absl::MutexLock lock(&mutex);
  first_error = call(argument);
  current_call = call;
  current_argument = argument;

  const int signal_number = SIGRTMAX - 1;
  struct sigaction action = {};
  action.sa_handler = &OnCall;
  action.sa_flags = SA_RESTART;
  struct sigaction before;
  if (sigaction(signal_number, &action, &before) != 0) {
    return ErrnoError(errno, "install a signal handler");
  }
  absl::Status asked = kHandlersRun ? AskAll(signal_number) : absl::OkStatus();
  // One that did not answer may do so later: the handler stays for it.
  if (asked.ok()) sigaction(signal_number, &before, nullptr);
  PROVISION_RETURN_IF_ERROR(asked);
  if (first_error == 0) return absl::OkStatus();
  return ErrnoError(first_error, "call on every thread");
}

}  // namespace provision
