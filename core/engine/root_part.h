#ifndef PROVISION_CORE_ENGINE_ROOT_PART_H_
#define PROVISION_CORE_ENGINE_ROOT_PART_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/engine/engine.h"
#include "core/engine/planner.h"
#include "core/engine/scheduler.h"
#include "core/journal/run_directory.h"
#include "core/plan/checked_plan.h"

namespace provision {

// Of the steps that were held back (`ends`), those that need root become a
// saved plan in the folder of `run`, for somebody who has it (engine.md E24).
// They are proposed once more, with fresh facts. Returns the command that
// performs it, or "" if there is none; `run` has begun then.
absl::StatusOr<std::string> HandOverRootPart(
    Engine& engine, const CheckedPlan& plan, std::vector<StepPlan> plans,
    const std::vector<StepEnd>& ends, Planner& planner, RunDirectory& run);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_ROOT_PART_H_
