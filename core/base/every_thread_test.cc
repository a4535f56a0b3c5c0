#include "core/base/every_thread.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <set>
#include <thread>
#include <vector>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

constexpr int kMaxCalls = 64;
std::atomic<int> calls = 0;
std::atomic<int> callers[kMaxCalls];

int Record(int argument) {
  const int index = calls.fetch_add(1);
  if (index < kMaxCalls) callers[index] = syscall(SYS_gettid);
  return argument;
}

TEST(EveryThreadTest, EachMakesTheCall) {
  calls = 0;
  absl::Notification end;
  absl::BlockingCounter begun(8);
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      begun.DecrementCount();
      end.WaitForNotification();
    });
  }
  begun.Wait();
  EXPECT_OK(CallOnEveryThread(&Record, 0));
  std::set<int> seen;
  for (int i = 0; i < calls; ++i) seen.insert(callers[i]);
#if !defined(PROVISION_THREAD_SANITIZER)
  EXPECT_EQ(seen.size(), 9u);
#endif
  EXPECT_EQ(seen.size(), static_cast<size_t>(calls));
  end.Notify();
  for (std::thread& thread : threads) thread.join();
}

TEST(EveryThreadTest, AnErrorIsTold) {
  EXPECT_THAT(CallOnEveryThread(&Record, EACCES),
              HasDiagnosticId("host/permission"));
}

// Threads come and go while the call is made.
TEST(EveryThreadTest, ThreadsMayEndMeanwhile) {
  std::atomic<bool> end = false;
  std::thread spawner([&] {
    while (!end) std::thread([] {}).join();
  });
  for (int i = 0; i < 20; ++i) {
    EXPECT_OK(CallOnEveryThread(&Record, 0));
  }
  end = true;
  spawner.join();
}

}  // namespace
}  // namespace provision
