#include "core/base/parallel_for.h"

#include <algorithm>
#include <thread>  // NOLINT: std::thread is what there is
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace provision {
namespace {

// What the threads of one call share.
class Indices {
 public:
  Indices(size_t count, const std::function<absl::Status(size_t)>& task)
      : count_(count), task_(task) {}

  void Work() {
    while (true) {
      size_t index = 0;
      {
        absl::MutexLock lock(&mutex_);
        if (!error_.ok() || next_ == count_) return;
        index = next_++;
      }
      absl::Status status = task_(index);
      if (status.ok()) continue;
      absl::MutexLock lock(&mutex_);
      if (!error_.ok() && failed_ < index) continue;
      error_ = std::move(status);
      failed_ = index;
    }
  }

  absl::Status error() {
    absl::MutexLock lock(&mutex_);
    return error_;
  }

 private:
  const size_t count_;
  const std::function<absl::Status(size_t)>& task_;
  absl::Mutex mutex_;
  size_t next_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t failed_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status error_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::Status ParallelFor(size_t count, int threads,
                         const std::function<absl::Status(size_t)>& task) {
  Indices indices(count, task);
  std::vector<std::thread> others;
  const size_t wanted = std::min<size_t>(count, std::max(threads, 1));
  for (size_t i = 1; i < wanted; ++i) {
    others.emplace_back([&indices] { indices.Work(); });
  }
  indices.Work();
  for (std::thread& other : others) other.join();
  return indices.error();
}

int DefaultThreads() {
  constexpr int kMax = 8;
  return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1,
                    kMax);
}

}  // namespace provision
