#include "core/actions/download_slots.h"

#include <algorithm>
#include <thread>  // NOLINT: std::thread is what there is
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

// Counts who is inside, and what the most were.
class Meter {
 public:
  void Enter() {
    absl::MutexLock lock(&mutex_);
    most_ = std::max(most_, ++inside_);
  }
  void Leave() {
    absl::MutexLock lock(&mutex_);
    --inside_;
  }
  // Until so many are inside at once.
  void Await(int wanted) {
    absl::MutexLock lock(&mutex_);
    auto is_so = [this, wanted]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return most_ >= wanted;
    };
    mutex_.Await(absl::Condition(&is_so));
  }
  int most() {
    absl::MutexLock lock(&mutex_);
    return most_;
  }

 private:
  absl::Mutex mutex_;
  int inside_ ABSL_GUARDED_BY(mutex_) = 0;
  int most_ ABSL_GUARDED_BY(mutex_) = 0;
};

// The most that are in at once, of 40 downloads from `hosts` hosts. None leaves
// before as many as may are in.
int MostAtOnce(int hosts, int expected) {
  DownloadSlots slots;
  Meter meter;
  std::vector<std::thread> threads;
  for (int i = 0; i < 40; ++i) {
    threads.emplace_back([&, i] {
      const DownloadSlots::Held held = slots.Take(absl::StrCat(i % hosts));
      meter.Enter();
      meter.Await(expected);
      meter.Leave();
    });
  }
  for (std::thread& thread : threads) thread.join();
  return meter.most();
}

TEST(DownloadSlotsTest, FewerFromOneHostThanFromAll) {
  EXPECT_EQ(MostAtOnce(1, DownloadSlots::kFromOneHost),
            DownloadSlots::kFromOneHost);
  EXPECT_EQ(MostAtOnce(5, DownloadSlots::kAtOnce), DownloadSlots::kAtOnce);
}

}  // namespace
}  // namespace provision
