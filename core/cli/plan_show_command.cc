#include "core/cli/plan_show_command.h"

#include "core/base/diagnostic.h"
#include "core/cli/plan_page.h"
#include "core/cli/report/plan_report.h"
#include "core/cli/saved_plan_file.h"
#include "core/engine/plan_command.h"

namespace provision {

ExitCode RunPlanShow(CommandContext& context) {
  const std::string& name = context.line.arguments[0];
  absl::StatusOr<absl::optional<SavedPlanFile>> saved =
      ReadSavedPlanFile(context.system, name);
  if (saved.ok() && !saved->has_value()) {
    saved = DiagnosticError(absl::StatusCode::kInvalidArgument,
                            "plan/not-saved", "this is no saved plan")
                .Place(name, 0, 0)
                .Next("make one: provision plan PLAN --out FILE")
                .
                operator absl::Status();
  }
  if (!saved.ok()) {
    return Refuse(context, ExitBeforeActions(saved.status()), saved.status());
  }
  PlanReport report(context.events);
  const ExitCode exit = ShowSavedPlan(report, (*saved)->plan, (*saved)->digest);
  return WritePlanPage(context, report.report(), exit);
}

}  // namespace provision
