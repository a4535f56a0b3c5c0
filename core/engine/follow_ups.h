#ifndef PROVISION_CORE_ENGINE_FOLLOW_UPS_H_
#define PROVISION_CORE_ENGINE_FOLLOW_UPS_H_

#include <set>
#include <string>
#include <vector>

#include "core/engine/engine.h"
#include "core/engine/executor.h"
#include "core/engine/planner.h"
#include "core/engine/proposal_source.h"
#include "core/engine/scheduler.h"
#include "core/engine/tally.h"
#include "core/journal/plan_history.h"
#include "core/plan/checked_plan.h"

namespace provision {

// Performs what is due because something changed (reliability.md 7.3): a
// follow-up is due while the digest of what it watches differs from that at its
// last COMMIT. There is no queue: a failure, a kill or a reboot in between
// leaves it due. Performed once per name, after all steps; one whose step did
// not succeed, or that is itself `in_doubt` (as STEP/NAME), waits.
void PerformFollowUps(Engine& engine, const CheckedPlan& plan,
                      const std::vector<StepPlan>& plans,
                      const std::vector<StepEnd>& ends,
                      ProposalSource& proposals, Executor& executor,
                      const PlanHistory& history,
                      const std::set<std::string>& in_doubt, Tally& tally);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_FOLLOW_UPS_H_
