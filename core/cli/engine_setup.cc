#include "core/cli/engine_setup.h"

#include <algorithm>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "core/actions/all_handlers.h"
#include "core/actions/command_failure.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "core/cli/flags.h"
#include "core/cli/state_path.h"
#include "core/facts/host_record.h"
#include "core/journal/state_directory.h"
#include "core/plan/environments.h"
#include "core/plan/selection.h"

namespace provision {
namespace {

constexpr size_t kMaxRecordBytes = 256 << 20;
constexpr size_t kMaxSelectorBytes = 1 << 20;

std::string AbsolutePath(const CommandContext& context,
                         absl::string_view path) {
  return path.empty() ? "" : JoinPath(context.system.WorkingDirectory(), path);
}

std::set<std::string> AsSet(const std::vector<std::string>& values) {
  return {values.begin(), values.end()};
}

JournalRecord::Durability DurabilityOf(const std::string& word) {
  if (word == "run") return JournalRecord::RUN;
  return word == "none" ? JournalRecord::NONE : JournalRecord::FULL;
}

// A bundle is all there is.
bool IsOffline(const CommandLine& line) {
  return line.Is("offline") || line.Has("bundle");
}

// " --only b" of those `names` that are on the line. With `from_anywhere` a
// folder is made absolute.
std::string SaidAgain(const CommandContext& context,
                      const std::vector<absl::string_view>& names,
                      bool from_anywhere = false) {
  std::string text;
  for (absl::string_view name : names) {
    if (!context.line.HasOnLine(name)) continue;
    if (FindFlag(name)->type == Flag::Type::kBoolean) {
      if (context.line.Is(name)) absl::StrAppend(&text, " --", name);
      continue;
    }
    for (const std::string& value : context.line.All(name)) {
      absl::StrAppend(
          &text, " --", name, " ",
          CommandText({from_anywhere ? AbsolutePath(context, value) : value}));
    }
  }
  return text;
}

// Of a command whose first argument is a plan or a saved plan.
Advice AdviceOf(const CommandContext& context) {
  Advice advice;
  advice.flags =
      SaidAgain(context, {"state-dir", "store", "config", "plugin-dir"});
  if (context.line.arguments.empty()) return advice;
  const std::string& file = context.line.arguments[0];
  const std::string environments =
      SaidAgain(context, {"env", "all-environments"});
  const std::string trust = SaidAgain(context, {"threshold", "trust-digest"});
  advice.apply = absl::StrCat("apply ", CommandText({file}),
                              SaidAgain(context, {"root"}), environments);
  advice.selection = SaidAgain(
      context, {"only", "skip", "only-from", "skip-from", "with-deps"});
  advice.goes_on = absl::StrCat(
      "apply ", CommandText({AbsolutePath(context, file)}),
      SaidAgain(context, {"root", "bundle", "key"}, /*from_anywhere=*/true),
      environments, trust);
  return advice;
}

EngineOptions OptionsOf(const CommandContext& context) {
  const CommandLine& line = context.line;
  EngineOptions options;
  options.state_path = AbsolutePath(context, line.Text("state-dir"));
  options.store_path = AbsolutePath(context, line.Text("store"));
  options.jobs = line.Number("jobs");
  if (options.jobs == 0) {
    options.jobs =
        std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  }
  options.offline = IsOffline(line);
  options.durability = DurabilityOf(line.Text("durability"));
  options.redo = AsSet(line.All("redo"));
  options.assume_done = AsSet(line.All("assume-done"));
  options.accept = AsSet(line.All("accept"));
  options.fresh = line.Is("fresh");
  options.no_state_lock = line.Is("no-state-lock");
  options.recover = line.Is("recover");
  options.recorded_facts = line.Has("facts");
  options.tell_facts =
      line.Is("json") || line.Has("events") || line.Has("html") ||
      context.style.options().detail == RenderOptions::Detail::kFull;
  options.trust_journal = context.trust_journal;
  options.command = line.text;
  options.advice = AdviceOf(context);
  return options;
}

}  // namespace

EngineSetup::EngineSetup(CommandContext& context,
                         std::unique_ptr<RecordedFacts> recorded)
    : handlers_(AllHandlers(context.readers)),
      network_(IsOffline(context.line) ? nullptr
                                       : NewHttpClient(context.system)),
      host_(context.system, network_.get()),
      cached_(host_),
      recorded_(std::move(recorded)),
      engine_{.system = context.system,
              .handlers = handlers_,
              .facts = recorded_ == nullptr
                           ? static_cast<FactReader&>(cached_)
                           : static_cast<FactReader&>(*recorded_),
              .host_changed = [this] { cached_.DropAll(); },
              .events = context.events,
              .options = OptionsOf(context),
              .redactor = &context.redactor,
              .prompt = context.line.Is("no-input") ? nullptr : context.prompt,
              .command_failed =
                  [this](absl::string_view step, absl::string_view output) {
                    host_.SetFailedAttempt(step, output);
                  }} {}

absl::StatusOr<std::unique_ptr<EngineSetup>> EngineSetup::New(
    CommandContext& context) {
  std::unique_ptr<RecordedFacts> recorded;
  if (context.line.Has("facts")) {
    const std::string file = context.line.Text("facts");
    PROVISION_ASSIGN_OR_RETURN(
        const std::string text,
        context.system.ReadFile(AbsolutePath(context, file), kMaxRecordBytes));
    PROVISION_ASSIGN_OR_RETURN(const HostRecord record,
                               ParseHostRecord(text, file));
    recorded = std::make_unique<RecordedFacts>(record);
  }
  return std::unique_ptr<EngineSetup>(
      new EngineSetup(context, std::move(recorded)));
}

absl::StatusOr<LoadedPlan> LoadMeantPlan(CommandContext& context) {
  PROVISION_ASSIGN_OR_RETURN(
      LoadedPlan loaded,
      LoadPlan(context.system, context.registry, context.line.arguments[0],
               AbsolutePath(context, context.line.Text("root"))));
  if (!loaded.verdict.ok()) return loaded;
  PROVISION_ASSIGN_OR_RETURN(
      const std::vector<std::string> environments,
      ChooseEnvironments(
          loaded.verdict.plan,
          {.names = context.line.All("env"),
           .all = context.line.Is("all-environments"),
           .working_directory = context.system.WorkingDirectory()}));
  KeepEnvironments(environments, &loaded.verdict.plan);
  return loaded;
}

absl::StatusOr<std::vector<bool>> SelectedByFlags(CommandContext& context,
                                                  const CheckedPlan& plan) {
  Selection selection;
  selection.only = context.line.All("only");
  selection.skip = context.line.All("skip");
  selection.with_deps = context.line.Is("with-deps");
  for (const auto& [flag, selectors] :
       {std::pair{"only-from", &selection.only},
        std::pair{"skip-from", &selection.skip}}) {
    if (!context.line.Has(flag)) continue;
    PROVISION_ASSIGN_OR_RETURN(
        const std::string text,
        context.system.ReadFile(AbsolutePath(context, context.line.Text(flag)),
                                kMaxSelectorBytes));
    for (std::string& selector : SelectorsInFile(text)) {
      selectors->push_back(std::move(selector));
    }
  }
  PROVISION_ASSIGN_OR_RETURN(SelectedSteps steps, SelectSteps(plan, selection));
  return std::move(steps.selected);
}

bool HasSelection(const CommandLine& line) {
  return absl::c_any_of(
      std::vector<absl::string_view>{"only", "skip", "only-from", "skip-from",
                                     "with-deps", "env", "all-environments"},
      [&line](absl::string_view flag) { return line.Has(flag); });
}

absl::Status CheckTrust(CommandContext& context, const PlanFile& file) {
  if (file.ours) return absl::OkStatus();
  PROVISION_ASSIGN_OR_RETURN(
      std::unique_ptr<StateDirectory> state,
      StateDirectory::OpenExisting(context.system,
                                   StatePath(context.system, context.line)));
  if (state != nullptr) {
    PROVISION_ASSIGN_OR_RETURN(const Trust trust, state->ReadTrust());
    for (const Trust::File& trusted : trust.file()) {
      if (trusted.path() == file.path && trusted.sha256() == file.sha256) {
        return absl::OkStatus();
      }
    }
  }
  return DiagnosticError(absl::StatusCode::kFailedPrecondition,
                         "plan/untrusted", "the plan belongs to somebody else")
      .Place(file.file, 0, 0)
      .Found(absl::StrCat("sha256:", file.sha256))
      .Because(
          "a plan that is neither yours nor root's is trusted by its "
          "content, once you have read it")
      .Next(absl::StrCat("provision trust ", CommandText({file.file})));
}

}  // namespace provision
