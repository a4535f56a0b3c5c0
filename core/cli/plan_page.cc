#include "core/cli/plan_page.h"

#include "core/base/diagnostic.h"
#include "core/cli/output_file.h"
#include "core/cli/report/page.h"

namespace provision {

ExitCode WritePlanPage(CommandContext& context, const Report& report,
                       ExitCode exit) {
  if (!context.line.Has("html")) return exit;
  Report shown = report;
  // What the events' receivers are not told either.
  context.redactor.RedactMessage(&shown);
  const absl::Status written =
      WriteOutputFile(context, context.line.Text("html"), ReportPage(shown));
  if (written.ok()) return exit;
  Warn(context, {DiagnosticFromStatus(written)});
  return MoreUrgent(exit, ExitBeforeActions(written));
}

}  // namespace provision
