#ifndef PROVISION_CORE_CLI_SAVED_PLAN_FILE_H_
#define PROVISION_CORE_CLI_SAVED_PLAN_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/base/system.h"
#include "core/engine/saved_plan.pb.h"
#include "core/plan/plan_file.h"

namespace provision {

// A file that `plan --out` made.
struct SavedPlanFile {
  PlanFile file;  // without its content
  SavedPlan plan;
  std::string digest;  // for --approved
};

// nullopt if `file`, relative to the working directory, does not begin as a
// saved plan: it is a text, or not there. A damaged one is
// `plan/saved-damaged`.
absl::StatusOr<absl::optional<SavedPlanFile>> ReadSavedPlanFile(
    System& system, absl::string_view file);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_SAVED_PLAN_FILE_H_
