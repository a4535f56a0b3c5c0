#include "core/plan/step_graph.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <queue>

namespace provision {

StepAfter Dependants(const StepAfter& after) {
  StepAfter dependants(after.size());
  for (size_t i = 0; i < after.size(); ++i) {
    for (int predecessor : after[i]) {
      dependants[predecessor].push_back(static_cast<int>(i));
    }
  }
  return dependants;
}

std::vector<int> TopologicalOrder(const StepAfter& after) {
  const StepAfter dependants = Dependants(after);
  std::vector<size_t> waiting_for(after.size());
  std::priority_queue<int, std::vector<int>, std::greater<int>> ready;
  for (size_t i = 0; i < after.size(); ++i) {
    waiting_for[i] = after[i].size();
    if (after[i].empty()) ready.push(static_cast<int>(i));
  }
  std::vector<int> order;
  while (!ready.empty()) {
    const int next = ready.top();
    ready.pop();
    order.push_back(next);
    for (int dependant : dependants[next]) {
      if (--waiting_for[dependant] == 0) ready.push(dependant);
    }
  }
  return order;
}

std::vector<std::vector<int>> Circles(const StepAfter& after) {
  enum class State { kNew, kOnWay, kDone };
  std::vector<State> states(after.size(), State::kNew);
  std::vector<bool> in_circle(after.size(), false);
  std::vector<std::vector<int>> circles;
  std::vector<int> way;
  std::vector<size_t> next_edge(after.size());
  // The way leads back to `first`, which is on it. Steps are looked at until
  // one is known to be in a circle, so each is once.
  const auto close = [&](int first) {
    size_t begin = way.size();
    while (begin > 0 && !in_circle[way[begin - 1]]) {
      in_circle[way[--begin]] = true;
      if (way[begin] != first) continue;
      circles.emplace_back(way.begin() + begin, way.end());
      return;
    }
  };
  for (size_t start = 0; start < after.size(); ++start) {
    if (states[start] != State::kNew) continue;
    way.push_back(static_cast<int>(start));
    states[start] = State::kOnWay;
    while (!way.empty()) {
      const int step = way.back();
      if (next_edge[step] == after[step].size()) {
        states[step] = State::kDone;
        way.pop_back();
        continue;
      }
      const int predecessor = after[step][next_edge[step]++];
      if (states[predecessor] == State::kOnWay) close(predecessor);
      if (states[predecessor] != State::kNew) continue;
      states[predecessor] = State::kOnWay;
      way.push_back(predecessor);
    }
  }
  return circles;
}

std::vector<bool> WithPredecessors(const StepAfter& after,
                                   const std::vector<bool>& from) {
  std::vector<bool> reached = from;
  std::vector<int> open;
  for (size_t i = 0; i < from.size(); ++i) {
    if (from[i]) open.push_back(static_cast<int>(i));
  }
  while (!open.empty()) {
    const int step = open.back();
    open.pop_back();
    for (int predecessor : after[step]) {
      if (reached[predecessor]) continue;
      reached[predecessor] = true;
      open.push_back(predecessor);
    }
  }
  return reached;
}

std::vector<int> Depths(const StepAfter& after, const std::vector<int>& order) {
  std::vector<int> depths(after.size(), 0);
  for (int step : order) {
    for (int predecessor : after[step]) {
      depths[step] = std::max(depths[step], depths[predecessor]);
    }
    ++depths[step];
  }
  return depths;
}

std::vector<int> ShortestWay(const StepAfter& dependants, int from, int to) {
  std::vector<int> before(dependants.size(), -1);
  std::deque<int> open = {from};
  while (!open.empty() && before[to] < 0) {
    const int step = open.front();
    open.pop_front();
    for (int dependant : dependants[step]) {
      if (dependant == from || before[dependant] >= 0) continue;
      before[dependant] = step;
      open.push_back(dependant);
    }
  }
  std::vector<int> way;
  if (from != to && before[to] < 0) return way;
  for (int step = to; step != from; step = before[step]) way.push_back(step);
  way.push_back(from);
  std::reverse(way.begin(), way.end());
  return way;
}

}  // namespace provision
