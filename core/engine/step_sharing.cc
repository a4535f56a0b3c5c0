#include "core/engine/step_sharing.h"

#include "absl/algorithm/container.h"
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
  const bool are_files =
      absl::c_all_of(actions, [&handlers](const Action& action) {
        return handlers.Get(action).has_halves();
      });
  if (!are_files) return {};
  return {.key = "files",
          .units = actions.size(),
          .worth = static_cast<int>(kMinGroup)};
}

}  // namespace provision
