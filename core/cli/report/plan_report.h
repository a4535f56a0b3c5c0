#ifndef PROVISION_CORE_CLI_REPORT_PLAN_REPORT_H_
#define PROVISION_CORE_CLI_REPORT_PLAN_REPORT_H_

#include <string>
#include <vector>

#include "core/api/event.pb.h"
#include "core/cli/report/report.pb.h"
#include "core/engine/event_sink.h"

namespace provision {

// Makes the report of a preview out of its events, which it passes on. Not
// thread-safe: a preview is told by one thread.
class PlanReport final : public EventSink {
 public:
  // `next` outlives this.
  explicit PlanReport(EventSink& next);

  void Emit(Event event) override;

  // Complete once the summary has come.
  const Report& report() const { return report_; }

 private:
  void AddStep(const Event& event);

  EventSink& next_;
  Report report_;
  std::vector<std::string> reads_;  // of the step that is being proposed
};

}  // namespace provision

#endif  // PROVISION_CORE_CLI_REPORT_PLAN_REPORT_H_
