#include "core/engine/root_part.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/actions/command_failure.h"
#include "core/base/status_macros.h"
#include "core/engine/proposal_check.h"
#include "core/engine/saved_plan.h"
#include "core/journal/state_directory.h"

namespace provision {
namespace {

constexpr char kFileName[] = "root-part.plan";

// Root has another environment than the user.
void DropVariables(SavedPlan* part) {
  for (SavedPlan::OfStep& step : *part->mutable_step()) {
    step.mutable_fact()->erase(
        std::remove_if(
            step.mutable_fact()->begin(), step.mutable_fact()->end(),
            [](const Fact& fact) { return fact.query().has_variable(); }),
        step.mutable_fact()->end());
  }
}

}  // namespace

absl::StatusOr<std::string> HandOverRootPart(
    Engine& engine, const CheckedPlan& plan, std::vector<StepPlan> plans,
    const std::vector<StepEnd>& ends, Planner& planner, RunDirectory& run) {
  if (engine.system.identity().uid == 0) return "";
  std::vector<bool> chosen(plans.size(), false);
  for (size_t i = 0; i < plans.size(); ++i) {
    if (ends[i] != StepEnd::kHeldBack) continue;
    plans[i] = planner.Propose(static_cast<int>(i), {});
    chosen[i] = plans[i].status.ok() && NeedsRoot(plans[i].proposal);
  }
  if (std::count(chosen.begin(), chosen.end(), true) == 0) return "";
  SavedPlan part = MakeSavedPlan(engine, plan, plans, chosen);
  DropVariables(&part);
  JournalRecord record;
  record.mutable_abort()->set_reason("needs root");
  PROVISION_RETURN_IF_ERROR(run.Append(record));
  PROVISION_ASSIGN_OR_RETURN(Directory * folder, run.Folder());
  const std::string encoded = EncodeSavedPlan(part);
  PROVISION_RETURN_IF_ERROR(
      WriteDurably(engine.system, *folder, kFileName, encoded));
  return absl::StrCat(
      "sudo provision apply ",
      CommandText({absl::StrCat(folder->path(), "/", kFileName)}),
      " --approved ", SavedPlanDigest(encoded));
}

}  // namespace provision
