#include "core/base/stop_requests.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>

#include "core/base/diagnostic.h"

namespace provision {
namespace {

constexpr int kExitInterrupted = 6;
constexpr int kLevels = 2;

std::atomic<int> request_count = 0;
std::atomic<int> last_signal = 0;
std::atomic<int> level_descriptors[kLevels] = {-1, -1};

static_assert(std::atomic<int>::is_always_lock_free,
              "the handler may touch nothing that locks");

// Only what signal-safety(7) lists.
void OnStopSignal(int signal_number) {
  const int saved_errno = errno;
  last_signal = signal_number;
  int count = request_count.load();
  int next;
  do {
    next = signal_number == SIGQUIT ? std::max(count + 1, 2) : count + 1;
  } while (!request_count.compare_exchange_weak(count, next));
  if (next > kLevels) _exit(kExitInterrupted);
  for (int level = 0; level < next; ++level) {
    const uint64_t one = 1;
    [[maybe_unused]] ssize_t written =
        write(level_descriptors[level], &one, sizeof(one));
  }
  errno = saved_errno;
}

absl::Status SetHandler(int signal_number, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  // One handler at a time: the count and the descriptors belong together.
  for (int other : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    sigaddset(&action.sa_mask, other);
  }
  action.sa_flags = SA_RESTART;
  if (sigaction(signal_number, &action, nullptr) == 0) {
    return absl::OkStatus();
  }
  return ErrnoError(errno, "install a signal handler");
}

bool IsIgnored(int signal_number) {
  struct sigaction action;
  return sigaction(signal_number, nullptr, &action) == 0 &&
         action.sa_handler == SIG_IGN;
}

}  // namespace

absl::Status InstallStopRequests() {
  for (std::atomic<int>& descriptor : level_descriptors) {
    descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (descriptor < 0) return ErrnoError(errno, "make an eventfd");
  }
  for (int signal_number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    if (signal_number == SIGHUP && IsIgnored(SIGHUP)) continue;
    absl::Status set = SetHandler(signal_number, &OnStopSignal);
    if (!set.ok()) return set;
  }
  for (int signal_number : {SIGPIPE, SIGXFSZ}) {
    absl::Status set = SetHandler(signal_number, SIG_IGN);
    if (!set.ok()) return set;
  }
  return absl::OkStatus();
}

int StopRequestCount() { return request_count; }

int LastStopSignal() { return last_signal; }

int StopRequestDescriptor(int level) {
  return level_descriptors[std::clamp(level, 1, kLevels) - 1];
}

bool WaitForStopRequest(absl::Duration duration) {
  const int before = StopRequestCount();
  struct timespec start;
  clock_gettime(CLOCK_MONOTONIC, &start);
  while (true) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    const absl::Duration left = duration - (absl::DurationFromTimespec(now) -
                                            absl::DurationFromTimespec(start));
    if (left <= absl::ZeroDuration()) return false;
    struct pollfd item = {};
    item.fd = before < kLevels ? StopRequestDescriptor(before + 1) : -1;
    item.events = POLLIN;
    const struct timespec timeout = absl::ToTimespec(left);
    ppoll(&item, 1, left == absl::InfiniteDuration() ? nullptr : &timeout,
          nullptr);
    if (StopRequestCount() > before) return true;
  }
}

}  // namespace provision
