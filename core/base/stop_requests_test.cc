#include "core/base/stop_requests.h"

#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <functional>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

// Signals are the process's own, so each case runs in one of its own. The
// status is that of waitpid.
int InChild(const std::function<int()>& body) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return status;
}

bool IsReadable(int descriptor) {
  struct pollfd item = {descriptor, POLLIN, 0};
  return poll(&item, 1, 0) == 1;
}

TEST(StopRequestsTest, CountsAndTellsTheLast) {
  struct Case {
    std::vector<int> signals;
    int count;
  };
  for (const Case& c : {
           Case{{SIGINT}, 1},
           Case{{SIGTERM}, 1},
           Case{{SIGHUP}, 1},
           Case{{SIGQUIT}, 2},
           Case{{SIGINT, SIGTERM}, 2},
           Case{{SIGINT, SIGQUIT}, 2},
           Case{{}, 0},
       }) {
    const int status = InChild([&] {
      if (!InstallStopRequests().ok()) return 100;
      for (int signal_number : c.signals) raise(signal_number);
      if (StopRequestCount() != c.count) return 101;
      if (!c.signals.empty() && LastStopSignal() != c.signals.back()) {
        return 102;
      }
      if (IsReadable(StopRequestDescriptor(1)) != (c.count >= 1)) return 103;
      if (IsReadable(StopRequestDescriptor(2)) != (c.count >= 2)) return 104;
      return 0;
    });
    EXPECT_EQ(status, 0) << testing::PrintToString(c.signals);
  }
}

TEST(StopRequestsTest, TheThirdEndsTheProcessWithSix) {
  for (const std::vector<int>& signals :
       {std::vector<int>{SIGINT, SIGINT, SIGINT},
        std::vector<int>{SIGQUIT, SIGTERM},
        std::vector<int>{SIGINT, SIGQUIT, SIGQUIT}}) {
    const int status = InChild([&] {
      if (!InstallStopRequests().ok()) return 100;
      for (int signal_number : signals) raise(signal_number);
      return 0;
    });
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 6);
  }
}

TEST(StopRequestsTest, AnIgnoredHangUpStaysIgnored) {
  EXPECT_EQ(InChild([] {
              signal(SIGHUP, SIG_IGN);
              if (!InstallStopRequests().ok()) return 100;
              raise(SIGHUP);
              return StopRequestCount();
            }),
            0);
}

TEST(StopRequestsTest, ABrokenPipeAndAFileLimitAreErrorsNotSignals) {
  EXPECT_EQ(InChild([] {
              if (!InstallStopRequests().ok()) return 100;
              int ends[2];
              if (pipe(ends) != 0) return 101;
              close(ends[0]);
              if (write(ends[1], "x", 1) != -1 || errno != EPIPE) return 102;
              raise(SIGXFSZ);
              return 0;
            }),
            0);
}

// Returns once the thread sleeps in ppoll(2): a request that came before would
// not be new to it.
void AwaitPoll(const std::atomic<int>& thread) {
  while (true) {
    long call = -1;
    if (const int id = thread; id != 0) {
      std::ifstream file(absl::StrCat("/proc/self/task/", id, "/syscall"));
      file >> call;
    }
    if (call == SYS_ppoll) return;
    std::this_thread::yield();
  }
}

TEST(StopRequestsTest, AWaitEndsEarlyForEveryThread) {
  EXPECT_EQ(InChild([] {
              if (!InstallStopRequests().ok()) return 100;
              if (WaitForStopRequest(absl::Milliseconds(1))) return 101;
              std::atomic<int> woken = 0;
              std::atomic<int> ids[3] = {};
              std::vector<std::thread> threads;
              for (std::atomic<int>& id : ids) {
                threads.emplace_back([&] {
                  id = static_cast<int>(syscall(SYS_gettid));
                  woken += WaitForStopRequest(absl::InfiniteDuration());
                });
              }
              for (const std::atomic<int>& id : ids) AwaitPoll(id);
              kill(getpid(), SIGINT);
              for (std::thread& thread : threads) thread.join();
              return woken == 3 ? 0 : 102;
            }),
            0);
}

TEST(StopRequestsTest, WithoutInstallingThereIsNone) {
  EXPECT_EQ(InChild([] {
              if (StopRequestDescriptor(1) != -1) return 100;
              return WaitForStopRequest(absl::Milliseconds(1)) ? 101 : 0;
            }),
            0);
}

}  // namespace
}  // namespace provision
