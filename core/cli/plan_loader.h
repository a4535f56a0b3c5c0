#ifndef PROVISION_CORE_CLI_PLAN_LOADER_H_
#define PROVISION_CORE_CLI_PLAN_LOADER_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/system.h"
#include "core/plan/plan_check.h"
#include "core/plan/plan_file.h"
#include "core/plugin/registry.h"

namespace provision {

struct LoadedPlan {
  PlanFile file;
  PlanVerdict verdict;
};

// Reads and judges the plan that was named on the command line. Its diagnostics
// get the source lines that they are about. Relative paths in it start from
// `root`, or from its own folder if that is empty.
absl::StatusOr<LoadedPlan> LoadPlan(System& system, const Registry& registry,
                                    absl::string_view file,
                                    absl::string_view root = "");

}  // namespace provision

#endif  // PROVISION_CORE_CLI_PLAN_LOADER_H_
