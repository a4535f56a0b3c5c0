#ifndef PROVISION_CORE_CLI_PLAN_TEXT_H_
#define PROVISION_CORE_CLI_PLAN_TEXT_H_

#include <string>
#include <utility>
#include <vector>

#include "core/api/event.pb.h"
#include "core/cli/terminal_style.h"

namespace provision {

// The preview of `plan` (cli.md 4.1, 4.2). It keeps the proposals until all are
// known, because the columns are as wide as the widest word in them.
class PlanText {
 public:
  explicit PlanText(const TerminalStyle& style) : style_(style) {}

  // What stands above the steps, which begin after a blank line; empty if
  // nothing is to be said.
  std::string Header(const Event::RunStarted& started);

  // `step_planned` or `fact_read` of a step.
  void Add(const Event& event);

  // All steps that are to be shown, each ending with a line end.
  std::string Steps() const;

 private:
  struct Step {
    std::string name;
    Event::StepPlanned planned;
    std::vector<std::string> facts;
  };

  bool IsShown(const Step& step) const;
  std::string StepText(const Step& step, size_t state_width,
                       size_t fidelity_width) const;
  std::string LadderText(const Proposal& proposal) const;
  std::string EnvelopeText(const Proposal& proposal) const;

  const TerminalStyle& style_;
  size_t name_width_ = 0;
  std::vector<Step> steps_;
  std::vector<std::string> facts_;  // of the step that is being proposed
};

// The rungs that were refused, a line each, and below it what shows that.
std::string RefusalText(
    const google::protobuf::RepeatedPtrField<Refusal>& refused, bool evidence,
    const TerminalStyle& style);

// One action as `plan` and `apply --detail=full` show it, with its diff.
std::string ActionText(const Event::ActionLine& line,
                       const TerminalStyle& style);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_PLAN_TEXT_H_
