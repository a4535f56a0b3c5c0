#include "core/cli/status_command.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/cli/answer.pb.h"
#include "core/cli/engine_setup.h"
#include "core/engine/run_status.h"

namespace provision {

ExitCode RunStatus(CommandContext& context) {
  absl::StatusOr<std::unique_ptr<EngineSetup>> setup =
      EngineSetup::New(context);
  if (!setup.ok()) {
    return Refuse(context, ExitBeforeActions(setup.status()), setup.status());
  }
  const std::string run =
      context.line.arguments.empty() ? "" : context.line.arguments[0];
  absl::StatusOr<std::vector<RunState>> runs =
      ReadRunStatus((*setup)->engine(), run, context.line.Is("all"));
  if (!runs.ok()) {
    return Refuse(context, ExitBeforeActions(runs.status()), runs.status());
  }
  const ExitCode exit = ExitOfRuns(*runs);
  StatusAnswer answer;
  answer.set_schema("provision.status/1");
  answer.set_exit(static_cast<int>(exit));
  std::string text;
  for (const auto& status : *runs) {
    StatusAnswer::Run* shown = answer.add_run();
    shown->set_run(status.id);
    shown->set_plan(status.plan);
    shown->set_folder(status.folder);
    shown->set_state(status.state);
    shown->set_where(status.where);
    shown->set_exit(static_cast<int>(status.exit));
    absl::StrAppend(&text, "run ", status.id.substr(0, 8), "  ", status.state,
                    status.where.empty() ? "" : ": ",
                    context.style.Text(status.where), "\n  plan  ",
                    context.style.Text(status.plan), " in ",
                    context.style.Path(status.folder), "\n");
    for (const std::string& next : status.next) {
      shown->add_next(next);
      absl::StrAppend(&text, "  next  ", context.style.Text(next), "\n");
    }
  }
  Answer(context, answer, text.empty() ? "no run yet\n" : text);
  return exit;
}

}  // namespace provision
