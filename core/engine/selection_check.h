#ifndef PROVISION_CORE_ENGINE_SELECTION_CHECK_H_
#define PROVISION_CORE_ENGINE_SELECTION_CHECK_H_

#include <vector>

#include "absl/status/status.h"
#include "core/engine/planner.h"
#include "core/plan/checked_plan.h"

namespace provision {

// A `selected` step (one element a step) stands on predecessors: one that is
// not selected has to be as asked already, which is audited now.
// kInvalidArgument `usage/selection` names those that are not.
absl::Status CheckUnselected(const CheckedPlan& plan,
                             const std::vector<bool>& selected,
                             Planner& planner);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_SELECTION_CHECK_H_
