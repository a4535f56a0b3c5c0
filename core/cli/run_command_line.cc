#include "core/cli/run_command_line.h"

#include <map>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "core/actions/secret_resolver.h"
#include "core/base/child_environment.h"
#include "core/base/diagnostic.h"
#include "core/base/redactor.h"
#include "core/base/secret.h"
#include "core/cli/command_context.h"
#include "core/cli/command_list.h"
#include "core/cli/event_file.h"
#include "core/cli/flag_scanner.h"
#include "core/cli/help_command.h"
#include "core/cli/isolated_registry.h"
#include "core/cli/json_renderer.h"
#include "core/cli/output_choice.h"
#include "core/cli/plugin_choice.h"
#include "core/cli/settings.h"
#include "core/cli/terminal_renderer.h"
#include "core/cli/ticker.h"
#include "core/engine/event_stream.h"
#include "core/plugin/outside_plugins.h"

namespace provision {
namespace {

// Live lines are drawn ten times a second; a line about waiting may be late by
// as much.
constexpr absl::Duration kTick = absl::Milliseconds(100);

// Everything that listens to the events of one command.
class Output {
 public:
  Output(const Program& program, const CommandLine& line,
         const RenderOptions& options)
      : stream_([&program] { return program.system.WallClock(); }, redactor_) {
    if (line.Is("json")) {
      json_.emplace([&program](absl::string_view text) {
        program.console.Write(Console::Stream::kOutput, text);
      });
      stream_.AddReceiver(&*json_);
    } else {
      terminal_.emplace(options, program.console,
                        [&program] { return program.system.MonotonicClock(); });
      stream_.AddReceiver(&*terminal_);
    }
  }

  absl::Status AddFile(System& system, absl::string_view path) {
    absl::StatusOr<std::unique_ptr<EventFile>> file =
        EventFile::Create(system, path);
    if (!file.ok()) return file.status();
    file_ = *std::move(file);
    stream_.AddReceiver(file_.get());
    return absl::OkStatus();
  }

  void Tick() {
    if (terminal_.has_value()) terminal_->Tick();
  }

  // Asks by `prompt` while the terminal is left alone.
  SystemSecretResolver::Prompt Around(SystemSecretResolver::Prompt prompt) {
    if (prompt == nullptr || !terminal_.has_value()) return prompt;
    return [this, prompt = std::move(prompt)](absl::string_view question) {
      terminal_->BeginQuestion();
      absl::StatusOr<Secret> answer = prompt(question);
      terminal_->EndQuestion();
      return answer;
    };
  }

  EventStream& stream() { return stream_; }
  Redactor& redactor() { return redactor_; }
  absl::Status file_status() const {
    return file_ == nullptr ? absl::OkStatus() : file_->status();
  }

 private:
  Redactor redactor_;
  EventStream stream_;
  absl::optional<JsonRenderer> json_;
  absl::optional<TerminalRenderer> terminal_;
  std::unique_ptr<EventFile> file_;
};

// What helps to mend faulty settings works in spite of them.
bool IsAboutItself(const Command& command) {
  return command.name == "completion" || command.name == "explain" ||
         command.name == "help" || command.name == "version";
}

ExitCode RunScanned(const Program& program, const Registry& registry,
                    const ScanResult& scan,
                    const std::vector<Diagnostic>& settings_faults,
                    const RenderOptions& options, Output& output) {
  const CommandLine& line = scan.line;
  const TerminalStyle style(options);
  CommandContext context = {.line = line,
                            .system = program.system,
                            .console = program.console,
                            .registry = registry,
                            .schemas = program.schemas,
                            .events = output.stream(),
                            .redactor = output.redactor(),
                            .style = style,
                            .readers = program.readers,
                            .prompt = output.Around(program.prompt),
                            .hold_to_reading = program.hold_to_reading,
                            .bundles = program.bundles,
                            .hold_offline = program.hold_offline,
                            .trust_journal = program.trust_journal};
  if (!program.started.ok()) {
    return Refuse(context, ExitCode::kFailed, program.started);
  }
  if (!scan.errors.empty()) {
    return Refuse(context, ExitCode::kUsage, scan.errors);
  }
  Warn(context, scan.warnings);
  if (line.help || line.command == nullptr) return RunHelp(context);
  if (!settings_faults.empty()) {
    if (!IsAboutItself(*line.command)) {
      return Refuse(context, ExitCode::kRefused, settings_faults);
    }
    Warn(context, settings_faults);
  }
  if (line.Has("events")) {
    const absl::Status status =
        output.AddFile(program.system, line.Text("events"));
    if (!status.ok()) {
      return Refuse(context,
                    absl::StartsWith(DiagnosticId(status), "usage/")
                        ? ExitCode::kUsage
                        : ExitCode::kFailed,
                    status);
    }
  }
  const CommandEntry& entry = FindCommandEntry(line.command->name);
  absl::optional<Ticker> ticker;
  if (entry.takes_time) {
    ticker.emplace(kTick, [&output] { output.Tick(); });
  }
  const ExitCode code = entry.run(context);
  ticker.reset();
  if (!output.file_status().ok()) {
    Warn(context, {DiagnosticFromStatus(output.file_status())});
    return MoreUrgent(code, ExitCode::kFailed);
  }
  return code;
}

PluginNeed NeedOf(const ScanResult& scan) {
  if (!scan.errors.empty() || scan.line.help || scan.line.command == nullptr) {
    return PluginNeed::kNone;
  }
  return FindCommandEntry(scan.line.command->name).plugins;
}

// As the flags say: the provisioners linked in, or in processes of their own,
// and those from outside. `faults` gets why these could not be looked for.
Registry ChooseProvisioners(const Program& program, const ScanResult& scan,
                            std::vector<Diagnostic>* faults) {
  Registry registry = scan.line.Is("isolate-plugins")
                          ? IsolatedRegistry(program.system, program.registry)
                          : program.registry;
  const PluginNeed need = NeedOf(scan);
  if (need == PluginNeed::kNone || !program.started.ok()) return registry;
  absl::StatusOr<std::vector<FoundPlugin>> plugins =
      FindMeantPlugins(program.system, scan.line);
  if (!plugins.ok()) {
    faults->push_back(DiagnosticFromStatus(plugins.status()));
  } else if (!plugins->empty()) {
    registry = WithPlugins(registry, *plugins,
                           {.starts_none = need == PluginNeed::kSchema,
                            .environment = ChildEnvironment(program.system)});
  }
  return registry;
}

}  // namespace

int RunCommandLine(const Program& program,
                   const std::vector<std::string>& words) {
  const std::map<std::string, std::string> variables =
      program.system.Environment();
  ScanResult scan = ScanCommandLine(words, variables);
  std::vector<Diagnostic> settings_faults;
  // What is served is held to reading its own, and takes no flags.
  const bool is_served =
      scan.line.command != nullptr && scan.line.command->name == "serve";
  if (program.started.ok() && !is_served) {
    settings_faults = ReadSettings(program.system, &scan.line);
  }
  const RenderOptions options = ChooseOutput(
      scan.line, variables, program.console, program.system.identity().home);
  ExitCode code;
  {
    Output output(program, scan.line, options);
    const Registry registry =
        ChooseProvisioners(program, scan, &settings_faults);
    code =
        RunScanned(program, registry, scan, settings_faults, options, output);
  }
  // An answer that nobody got is a failure (reliability.md 16).
  if (!program.console.status().ok())
    code = MoreUrgent(code, ExitCode::kFailed);
  return static_cast<int>(code);
}

}  // namespace provision
