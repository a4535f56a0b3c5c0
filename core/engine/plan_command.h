#ifndef PROVISION_CORE_ENGINE_PLAN_COMMAND_H_
#define PROVISION_CORE_ENGINE_PLAN_COMMAND_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/engine/engine.h"
#include "core/engine/exit_code.h"
#include "core/engine/planner.h"
#include "core/plan/checked_plan.h"

namespace provision {

// Shows what `apply` would do, and changes nothing: the proposals of the
// selected steps, each as if those before it had run, and what they add up to.
// `isolation` is the line about what the kernel forbids meanwhile. The
// proposals are left in `plans`, for a saved plan.
ExitCode ShowPlan(Engine& engine, const CheckedPlan& plan,
                  const std::vector<bool>& selected,
                  absl::string_view isolation, std::vector<StepPlan>* plans);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_PLAN_COMMAND_H_
