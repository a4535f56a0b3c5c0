#ifndef PROVISION_CORE_ENGINE_SCHEDULER_H_
#define PROVISION_CORE_ENGINE_SCHEDULER_H_

// Runs the steps of a graph, several at once, each when its predecessors have
// ended, and confines a failure to the steps that depend on it. Knows nothing
// of what a step does.

#include <functional>
#include <string>
#include <vector>

namespace provision {

// How one step ended.
enum class StepEnd {
  kSucceeded,  // as asked; also: not for this platform
  kFailed,
  kHeldBack,  // in doubt, or needs root: dependants are blocked as by a failure
  kBlocked,   // never started, because of a predecessor
  kSkipped,   // never started: `when.outcome` does not ask for it
  kNotRun,    // never started: the run was stopped
};

// Which outcome of the predecessors lets a step run.
enum class RunsWhen { kSucceeded, kFailed, kAny };

// What happens to a step whose predecessors have all ended.
enum class Readiness { kRun, kBlocked, kSkipped };

// The decision, apart from the act: a step asked for on success runs if every
// predecessor succeeded or was skipped; one asked for on failure runs if at
// least one failed; a step on any outcome always runs.
Readiness DecideReadiness(RunsWhen when,
                          const std::vector<StepEnd>& predecessors);

// Which steps gain by being run together, once they are ready.
struct Sharing {
  std::string key;  // steps of one key share; "": the step runs alone
  int units = 1;    // what it brings
  int worth = 2;    // with so many units together they do run together
};

class Scheduler {
 public:
  struct Node {
    std::vector<int> after;  // indices of earlier nodes
    RunsWhen when = RunsWhen::kSucceeded;
    Sharing sharing = {};
  };
  struct Callbacks {
    // Runs `steps`: one, or several that share; called on one of `jobs`
    // threads. Returns kSucceeded, kFailed or kHeldBack for each.
    std::function<std::vector<StepEnd>(const std::vector<int>& steps)> run;
    // Step `i` will not run because of `by` (empty for kSkipped). Called on the
    // thread of Run(), never at the same time as itself.
    std::function<void(int i, StepEnd end, const std::vector<int>& by)> not_run;
    // Asked before each start; once true, nothing new is started.
    std::function<bool()> stop;
  };

  // `nodes` are in an order in which every `after` points back.
  Scheduler(std::vector<Node> nodes, int jobs);

  // Returns when every step has ended; element i tells how step i did. Steps
  // that are ready together start in the order of their numbers, but for those
  // that are run together with one that is at its turn.
  std::vector<StepEnd> Run(const Callbacks& callbacks);

 private:
  const std::vector<Node> nodes_;
  const int jobs_;
};

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_SCHEDULER_H_
