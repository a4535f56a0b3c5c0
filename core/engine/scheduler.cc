#include "core/engine/scheduler.h"

#include <algorithm>
#include <thread>  // NOLINT: std::thread is what there is
#include <utility>

#include "absl/synchronization/mutex.h"
#include "absl/types/optional.h"

namespace provision {
namespace {

bool Allows(StepEnd end) {
  return end == StepEnd::kSucceeded || end == StepEnd::kSkipped;
}

// One call of Run(): which steps wait, run and have ended.
class Execution {
 public:
  Execution(const std::vector<Scheduler::Node>& nodes,
            const Scheduler::Callbacks& callbacks)
      : nodes_(nodes),
        callbacks_(callbacks),
        ends_(nodes.size()),
        started_(nodes.size(), false) {}

  // What each worker does until nothing is left.
  void Work() {
    mutex_.Lock();
    while (true) {
      const absl::optional<int> next = TakeReady();
      if (next.has_value()) {
        mutex_.Unlock();
        const StepEnd end = callbacks_.run(*next);
        mutex_.Lock();
        ends_[*next] = end;
        changed_.SignalAll();
      } else if (left_ == 0) {
        break;
      } else {
        // Something runs elsewhere; its end may make more ready.
        changed_.Wait(&mutex_);
      }
    }
    mutex_.Unlock();
  }

  std::vector<StepEnd> TakeEnds() {
    std::vector<StepEnd> ends;
    for (const auto& end : ends_) ends.push_back(*end);
    return ends;
  }

 private:
  // The first step that may start now; settles those that never will.
  absl::optional<int> TakeReady() {
    for (size_t i = 0; i < nodes_.size(); ++i) {
      if (started_[i] || ends_[i].has_value()) continue;
      if (callbacks_.stop()) {
        Settle(i, StepEnd::kNotRun, {});
        continue;
      }
      std::vector<StepEnd> predecessors;
      for (int p : nodes_[i].after) {
        if (ends_[p].has_value()) predecessors.push_back(*ends_[p]);
      }
      if (predecessors.size() != nodes_[i].after.size()) continue;
      switch (DecideReadiness(nodes_[i].when, predecessors)) {
        case Readiness::kRun:
          started_[i] = true;
          --left_;
          return static_cast<int>(i);
        case Readiness::kSkipped:
          Settle(i, StepEnd::kSkipped, {});
          break;
        case Readiness::kBlocked:
          Settle(i, StepEnd::kBlocked, Culprits(i));
          break;
      }
    }
    return absl::nullopt;
  }

  std::vector<int> Culprits(size_t i) const {
    std::vector<int> by;
    for (int p : nodes_[i].after) {
      if (!Allows(*ends_[p])) by.push_back(p);
    }
    return by;
  }

  void Settle(size_t i, StepEnd end, const std::vector<int>& by) {
    ends_[i] = end;
    --left_;
    callbacks_.not_run(static_cast<int>(i), end, by);
    changed_.SignalAll();
  }

  const std::vector<Scheduler::Node>& nodes_;
  const Scheduler::Callbacks& callbacks_;
  absl::Mutex mutex_;
  absl::CondVar changed_;
  std::vector<absl::optional<StepEnd>> ends_;
  std::vector<bool> started_;
  size_t left_ = nodes_.size();  // neither started nor settled
};

}  // namespace

Readiness DecideReadiness(RunsWhen when,
                          const std::vector<StepEnd>& predecessors) {
  switch (when) {
    case RunsWhen::kAny:
      return Readiness::kRun;
    case RunsWhen::kFailed:
      return std::count(predecessors.begin(), predecessors.end(),
                        StepEnd::kFailed) > 0
                 ? Readiness::kRun
                 : Readiness::kSkipped;
    case RunsWhen::kSucceeded:
      break;
  }
  return std::all_of(predecessors.begin(), predecessors.end(), Allows)
             ? Readiness::kRun
             : Readiness::kBlocked;
}

Scheduler::Scheduler(std::vector<Node> nodes, int jobs)
    : nodes_(std::move(nodes)), jobs_(std::max(1, jobs)) {}

std::vector<StepEnd> Scheduler::Run(const Callbacks& callbacks) {
  Execution execution(nodes_, callbacks);
  std::vector<std::thread> others;
  const size_t workers = std::min(nodes_.size(), static_cast<size_t>(jobs_));
  for (size_t i = 1; i < workers; ++i) {
    others.emplace_back([&execution] { execution.Work(); });
  }
  execution.Work();
  for (std::thread& other : others) other.join();
  return execution.TakeEnds();
}

}  // namespace provision
