#include "core/engine/scheduler.h"

#include <algorithm>
#include <set>
#include <thread>  // NOLINT: std::thread is what there is
#include <utility>

#include "absl/synchronization/mutex.h"
#include "absl/types/optional.h"

namespace provision {
namespace {

// A kill, a stop or a lost disk leaves no more steps than these half-way.
constexpr size_t kMaxTogether = 512;

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
        dependants_(nodes.size()),
        waits_for_(nodes.size(), 0) {
    for (size_t i = 0; i < nodes.size(); ++i) {
      for (int before : nodes[i].after) dependants_[before].push_back(i);
      waits_for_[i] = nodes[i].after.size();
      if (waits_for_[i] == 0) ready_.insert(i);
    }
  }

  // What each worker does until nothing is left.
  void Work() {
    absl::MutexLock lock(&mutex_);
    while (true) {
      const std::vector<int> next = TakeReady();
      if (!next.empty()) {
        mutex_.Unlock();
        const std::vector<StepEnd> ends = callbacks_.run(next);
        mutex_.Lock();
        for (size_t i = 0; i < next.size(); ++i) End(next[i], ends[i]);
      } else if (left_ == 0) {
        return;
      } else {
        // Something runs elsewhere; its end makes more ready.
        changed_.Wait(&mutex_);
      }
    }
  }

  std::vector<StepEnd> TakeEnds() {
    std::vector<StepEnd> ends;
    for (const auto& end : ends_) ends.push_back(*end);
    return ends;
  }

 private:
  // The first step that may start now, with those it shares with; settles
  // those that never will.
  std::vector<int> TakeReady() {
    while (!ready_.empty()) {
      const int i = *ready_.begin();
      ready_.erase(ready_.begin());
      if (callbacks_.stop()) {
        Settle(i, StepEnd::kNotRun, {});
        continue;
      }
      switch (DecideReadiness(nodes_[i].when, EndsBefore(i))) {
        case Readiness::kRun:
          return WithSharers(i);
        case Readiness::kSkipped:
          Settle(i, StepEnd::kSkipped, {});
          break;
        case Readiness::kBlocked:
          Settle(i, StepEnd::kBlocked, Culprits(i));
          break;
      }
    }
    return {};
  }

  // Takes the ready steps that `i` is to be run with.
  std::vector<int> WithSharers(int i) {
    const Sharing& sharing = nodes_[i].sharing;
    std::vector<int> steps = {i};
    if (sharing.key.empty()) return steps;
    int units = sharing.units;
    for (int other : ready_) {
      if (steps.size() == kMaxTogether) break;
      if (nodes_[other].sharing.key != sharing.key ||
          DecideReadiness(nodes_[other].when, EndsBefore(other)) !=
              Readiness::kRun) {
        continue;
      }
      units += nodes_[other].sharing.units;
      steps.push_back(other);
    }
    if (units < sharing.worth) steps.resize(1);
    for (size_t s = 1; s < steps.size(); ++s) ready_.erase(steps[s]);
    return steps;
  }

  std::vector<StepEnd> EndsBefore(int i) const {
    std::vector<StepEnd> ends;
    for (int before : nodes_[i].after) ends.push_back(*ends_[before]);
    return ends;
  }

  std::vector<int> Culprits(int i) const {
    std::vector<int> by;
    for (int before : nodes_[i].after) {
      if (!Allows(*ends_[before])) by.push_back(before);
    }
    return by;
  }

  void Settle(int i, StepEnd end, const std::vector<int>& by) {
    callbacks_.not_run(i, end, by);
    End(i, end);
  }

  void End(int i, StepEnd end) {
    ends_[i] = end;
    --left_;
    for (int dependant : dependants_[i]) {
      if (--waits_for_[dependant] == 0) ready_.insert(dependant);
    }
    changed_.SignalAll();
  }

  const std::vector<Scheduler::Node>& nodes_;
  const Scheduler::Callbacks& callbacks_;
  absl::Mutex mutex_;
  absl::CondVar changed_;
  std::vector<absl::optional<StepEnd>> ends_;
  std::vector<std::vector<int>> dependants_;
  std::vector<size_t> waits_for_;
  std::set<int> ready_;          // by number: the order is stable
  size_t left_ = nodes_.size();  // not ended
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
