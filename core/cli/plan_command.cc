#include "core/cli/plan_command.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/actions/command_failure.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "core/cli/engine_setup.h"
#include "core/cli/output_file.h"
#include "core/cli/plan_page.h"
#include "core/cli/report/plan_report.h"
#include "core/engine/plan_command.h"
#include "core/engine/saved_plan.h"

namespace provision {
namespace {

// Holds the process to reading. What it writes is told: the folders of --out
// and --html.
absl::StatusOr<std::string> Hold(CommandContext& context) {
  if (context.hold_to_reading == nullptr) return std::string();
  std::vector<std::string> writable;
  for (absl::string_view flag : {"out", "html", "events"}) {
    if (!context.line.Has(flag)) continue;
    writable.push_back(ParentPath(
        JoinPath(context.system.WorkingDirectory(), context.line.Text(flag))));
  }
  return context.hold_to_reading(writable);
}

}  // namespace

ExitCode RunPlan(CommandContext& context) {
  // Before a plugin is started: one from before could not be ended any more.
  absl::StatusOr<std::string> isolation = Hold(context);
  if (!isolation.ok()) {
    return Refuse(context, ExitCode::kFailed, isolation.status());
  }
  absl::StatusOr<LoadedPlan> loaded = LoadMeantPlan(context);
  if (!loaded.ok()) {
    return Refuse(context, ExitBeforeActions(loaded.status()), loaded.status());
  }
  if (!loaded->verdict.ok()) {
    return Refuse(context, ExitCode::kRefused, loaded->verdict.diagnostics);
  }
  Warn(context, loaded->verdict.diagnostics);
  const CheckedPlan& plan = loaded->verdict.plan;
  absl::StatusOr<std::unique_ptr<EngineSetup>> setup =
      EngineSetup::New(context);
  if (!setup.ok()) {
    return Refuse(context, ExitBeforeActions(setup.status()), setup.status());
  }
  absl::StatusOr<std::vector<bool>> selected = SelectedByFlags(context, plan);
  if (!selected.ok()) {
    return Refuse(context, ExitBeforeActions(selected.status()),
                  selected.status());
  }
  PlanReport report(context.events);
  Engine engine = WithEvents((*setup)->engine(), report);
  PlanSaver save;
  if (context.line.Has("out")) {
    save = [&](const std::vector<StepPlan>& plans) -> absl::StatusOr<SavedAs> {
      const std::string encoded =
          EncodeSavedPlan(MakeSavedPlan(engine, plan, plans, *selected));
      PROVISION_RETURN_IF_ERROR(
          WriteOutputFile(context, context.line.Text("out"), encoded));
      return SavedAs{CommandText({context.line.Text("out")}),
                     SavedPlanDigest(encoded)};
    };
  }
  const ExitCode exit = ShowPlan(engine, plan, *selected, *isolation, save);
  return WritePlanPage(context, report.report(), exit);
}

}  // namespace provision
