#include "core/cli/report_command.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/status_macros.h"
#include "core/cli/engine_setup.h"
#include "core/cli/output_file.h"
#include "core/cli/report/page.h"
#include "core/cli/report/report_text.h"
#include "core/cli/report/run_report.h"

namespace provision {
namespace {

// Leaves only `step` in `report`.
absl::Status KeepStep(const std::string& step, Report* report) {
  for (Report::Step& candidate : *report->mutable_step()) {
    if (candidate.step() != step) continue;
    Report::Step kept = std::move(candidate);
    report->clear_step();
    *report->add_step() = std::move(kept);
    return absl::OkStatus();
  }
  DiagnosticError error(absl::StatusCode::kInvalidArgument, "usage/step",
                        absl::StrCat("run ", report->run().substr(0, 8),
                                     " has no step \"", step, "\""));
  for (const Report::Step& known : report->step()) {
    error.Found(known.step());
  }
  return error.Next(
      absl::StrCat("provision report ", report->run().substr(0, 8)));
}

absl::Status OnePageOnly(const CommandLine& line) {
  if (!line.Has("html") || line.arguments.size() < 2) return absl::OkStatus();
  return DiagnosticError(absl::StatusCode::kInvalidArgument, "usage/argument",
                         "a page is of one run")
      .Next("name one RUN, or leave it out for the newest");
}

absl::StatusOr<std::vector<Report>> ReadReports(CommandContext& context) {
  PROVISION_RETURN_IF_ERROR(OnePageOnly(context.line));
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<EngineSetup> setup,
                             EngineSetup::New(context));
  std::vector<std::string> runs = context.line.arguments;
  if (runs.empty()) runs.push_back("");
  std::vector<Report> reports;
  for (const std::string& run : runs) {
    PROVISION_ASSIGN_OR_RETURN(
        Report report, ReadRunReport(setup->engine(), context.registry, run));
    if (context.line.Has("step")) {
      PROVISION_RETURN_IF_ERROR(KeepStep(context.line.Text("step"), &report));
    }
    reports.push_back(std::move(report));
  }
  return reports;
}

}  // namespace

ExitCode RunReport(CommandContext& context) {
  absl::StatusOr<std::vector<Report>> reports = ReadReports(context);
  if (!reports.ok()) {
    return Refuse(context, ExitBeforeActions(reports.status()),
                  reports.status());
  }
  if (context.line.Has("html")) {
    const absl::Status written = WriteOutputFile(
        context, context.line.Text("html"), ReportPage(reports->front()));
    if (!written.ok()) {
      return Refuse(context, ExitBeforeActions(written), written);
    }
  }
  for (const Report& report : *reports) {
    std::string text =
        ReportText(report, context.line.Is("log"), context.style);
    if (context.line.Has("html")) {
      text = absl::StrCat("wrote ",
                          context.style.Path(context.line.Text("html")), "\n");
    }
    Answer(context, report, text);
  }
  return ExitCode::kConverged;
}

}  // namespace provision
