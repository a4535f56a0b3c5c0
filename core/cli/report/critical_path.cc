#include "core/cli/report/critical_path.h"

#include <map>
#include <string>

namespace provision {
namespace {

int64_t EndOf(const Report::Step& step) {
  return step.has_begin_ms() ? step.begin_ms() + step.duration_ms() : -1;
}

}  // namespace

void MarkCriticalPath(Report* report) {
  std::map<std::string, Report::Step*> steps;
  Report::Step* last = nullptr;
  for (Report::Step& step : *report->mutable_step()) {
    steps[step.step()] = &step;
    if (EndOf(step) > (last == nullptr ? -1 : EndOf(*last))) last = &step;
  }
  while (last != nullptr && !last->critical()) {
    last->set_critical(true);
    Report::Step* before = nullptr;
    for (const Report::Edge& edge : last->after()) {
      const auto it = steps.find(edge.step());
      if (it == steps.end() || EndOf(*it->second) < 0) continue;
      if (before == nullptr || EndOf(*it->second) > EndOf(*before)) {
        before = it->second;
      }
    }
    last = before;
  }
}

}  // namespace provision
