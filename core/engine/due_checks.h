#ifndef PROVISION_CORE_ENGINE_DUE_CHECKS_H_
#define PROVISION_CORE_ENGINE_DUE_CHECKS_H_

#include <string>
#include <vector>

#include "absl/types/optional.h"
#include "core/engine/planner.h"
#include "core/journal/journal.pb.h"
#include "core/journal/plan_history.h"
#include "core/plan/checked_plan.h"

namespace provision {

// What an earlier run did for `step` without a STEP_DONE: it was killed before
// the checks, or one of them failed. They are due though nothing is left to
// perform, and this is the proposal that they stand in; of a ladder it has the
// rung that was taken, alone. Empty if there is none on record; nullopt if no
// checks are due. Pure.
absl::optional<JournalRecord::Proposed> UncheckedProposal(
    const PlanHistory& history, const std::string& step);

// Says so at each step of `steps` that is already so, one for each of the
// plan's.
void NoteDueChecks(const CheckedPlan& plan, const PlanHistory& history,
                   std::vector<StepPlan>* steps);

// The proposal whose checks are due at a step of which nothing is left to
// perform: `proposal`, or the one on record, for one of what is already so may
// have no checks.
const Proposal& ProposalToCheck(const Proposal& proposal,
                                const JournalRecord::Proposed& unchecked);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_DUE_CHECKS_H_
