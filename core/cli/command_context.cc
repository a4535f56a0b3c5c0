#include "core/cli/command_context.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "core/base/diagnostic.h"
#include "core/cli/json_renderer.h"

namespace provision {

void Answer(CommandContext& context, const google::protobuf::Message& answer,
            absl::string_view text) {
  context.console.Write(
      Console::Stream::kOutput,
      context.redactor.Redact(context.line.Is("json") ? JsonLine(answer)
                                                      : std::string(text)));
}

void Warn(CommandContext& context, const std::vector<Diagnostic>& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics) {
    Event event;
    *event.mutable_diagnostic() = diagnostic;
    context.events.Emit(event);
  }
}

ExitCode Refuse(CommandContext& context, ExitCode code,
                const std::vector<Diagnostic>& diagnostics) {
  Event started;
  started.mutable_run_started()->set_schema("provision.events/1");
  if (context.line.command != nullptr) {
    started.mutable_run_started()->set_command(
        std::string(context.line.command->name));
  }
  context.events.Emit(started);
  Event end;
  end.mutable_summary()->set_exit(static_cast<int>(code));
  end.mutable_summary()->set_refused(std::count_if(
      diagnostics.begin(), diagnostics.end(), [](const Diagnostic& diagnostic) {
        return diagnostic.severity() == Diagnostic::ERROR;
      }));
  Warn(context, diagnostics);
  context.events.Emit(end);
  return code;
}

ExitCode Refuse(CommandContext& context, ExitCode code,
                const absl::Status& status) {
  return Refuse(context, code, {DiagnosticFromStatus(status)});
}

ExitCode ExitBeforeActions(const absl::Status& status) {
  if (IsNotDurable(status)) return ExitCode::kNotDurable;
  const std::string id = DiagnosticId(status);
  if (id == "run/locked") return ExitCode::kLocked;
  if (absl::StartsWith(id, "usage/")) return ExitCode::kUsage;
  if (id.empty() || absl::StartsWith(id, "host/")) return ExitCode::kFailed;
  return ExitCode::kRefused;
}

}  // namespace provision
