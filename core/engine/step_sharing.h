#ifndef PROVISION_CORE_ENGINE_STEP_SHARING_H_
#define PROVISION_CORE_ENGINE_STEP_SHARING_H_

#include <cstdint>

#include "core/actions/action_handler.h"
#include "core/engine/planner.h"
#include "core/engine/scheduler.h"
#include "core/plan/checked_plan.h"

namespace provision {

// What `step` gains by being run together with other ready steps, from what it
// would do: steps of file actions alone share their syncs (reliability.md 5.3),
// steps with actions of one `batch` become one transaction (engine.md E17), if
// their kind merges; none of today's does.
// A step that has nothing to do, is to be tried several times, has a ladder, or
// cannot be performed as `uid` runs alone. Pure.
Sharing SharingOf(const CheckedStep& step, const StepPlan& plan,
                  const ActionHandlers& handlers, uint32_t uid);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_STEP_SHARING_H_
