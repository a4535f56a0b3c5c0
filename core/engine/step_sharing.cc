#include "core/engine/step_sharing.h"

#include <string>

#include "core/engine/group_choice.h"
#include "core/engine/proposal_check.h"

namespace provision {
namespace {

// Can it be performed now, all of it, in one attempt?
bool IsPlain(const CheckedStep& step, const StepPlan& plan, uint32_t uid) {
  const Proposal& proposal = plan.proposal;
  return plan.here && plan.status.ok() && RefusalOf(proposal).ok() &&
         proposal.fidelity() != Proposal::UNKNOWN &&
         proposal.action_size() > 0 && !proposal.needs().reboot_before() &&
         step.step.retry().attempts() <= 1 &&
         (uid == 0 || !NeedsRoot(proposal));
}

}  // namespace

Sharing SharingOf(const CheckedStep& step, const StepPlan& plan,
                  const ActionHandlers& handlers, uint32_t uid) {
  if (!IsPlain(step, plan, uid)) return {};
  const auto& actions = plan.proposal.action();
  std::string batch;
  for (const Action& action : actions) {
    // Nobody waits for anything else that a step does.
    if (handlers.Get(action).has_halves()) continue;
    const std::string key = BatchKey(action, handlers);
    if (key.empty() || (!batch.empty() && key != batch)) return {};
    batch = key;
  }
  if (!batch.empty()) return {.key = batch, .units = 1, .worth = 2};
  return {.key = "files",
          .units = actions.size(),
          .worth = static_cast<int>(kMinGroup)};
}

}  // namespace provision
