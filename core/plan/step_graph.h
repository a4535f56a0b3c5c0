#ifndef PROVISION_CORE_PLAN_STEP_GRAPH_H_
#define PROVISION_CORE_PLAN_STEP_GRAPH_H_

// Steps by index, and which must have ended before which.

#include <vector>

namespace provision {

// after[i]: what step i waits for. Functions of it are linear but where they
// say otherwise; none recurses.
using StepAfter = std::vector<std::vector<int>>;

// Each step after those it waits for; of several that could be next, the one
// with the lowest index. What is in a circle, or waits for it, is missing.
// n log n.
std::vector<int> TopologicalOrder(const StepAfter& after);

// Circles: each step of one waits for the next, the last for the first. At
// least one for each group of steps that wait for each other; none has a step
// in common with another.
std::vector<std::vector<int>> Circles(const StepAfter& after);

// result[i]: which steps wait for step i, sorted.
StepAfter Dependants(const StepAfter& after);

// What the steps in `from` wait for, directly or through others, and they
// themselves; as a flag per step.
std::vector<bool> WithPredecessors(const StepAfter& after,
                                   const std::vector<bool>& from);

// result[i]: the number of steps on the longest way that ends with step i.
// `order` is the topological order.
std::vector<int> Depths(const StepAfter& after, const std::vector<int>& order);

// A shortest way from `from` to `to`, each step waiting for the one before it;
// empty if `to` does not wait for `from`.
std::vector<int> ShortestWay(const StepAfter& dependants, int from, int to);

}  // namespace provision

#endif  // PROVISION_CORE_PLAN_STEP_GRAPH_H_
