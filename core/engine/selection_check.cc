#include "core/engine/selection_check.h"

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/diagnostic.h"

namespace provision {

absl::Status CheckUnselected(const CheckedPlan& plan,
                             const std::vector<bool>& selected,
                             Planner& planner) {
  std::set<int> needed;
  for (size_t i = 0; i < plan.steps.size(); ++i) {
    if (!selected[i]) continue;
    for (int before : plan.steps[i].after) {
      if (!selected[before]) needed.insert(before);
    }
  }
  std::vector<std::string> missing;
  for (int i : needed) {
    if (planner.Propose(i, {}).pending()) missing.push_back(plan.steps[i].id);
  }
  if (missing.empty()) return absl::OkStatus();
  return DiagnosticError(absl::StatusCode::kInvalidArgument, "usage/selection",
                         absl::StrCat("the selected steps come after ",
                                      absl::StrJoin(missing, ", "),
                                      ", which is not as the plan asks"))
      .Next("--with-deps adds the steps they come after");
}

}  // namespace provision
