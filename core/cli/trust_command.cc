#include "core/cli/trust_command.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "core/cli/answer.pb.h"
#include "core/cli/display_text.h"
#include "core/cli/plan_loader.h"
#include "core/cli/state_path.h"
#include "core/cli/target_text.h"
#include "core/journal/state_directory.h"
#include "core/plugin/found_plugin.h"

namespace provision {
namespace {

// What is to be trusted: by its path and its content.
struct Subject {
  std::string path;
  std::string sha256;
  // What a person sees of it before it counts.
  std::vector<std::string> lines;
};

// Each step, by provisioner.
std::vector<std::string> StepLines(const LoadedPlan& loaded) {
  std::vector<std::string> lines;
  for (const CheckedStep& step : loaded.verdict.plan.steps) {
    lines.push_back(absl::StrCat(step.id, "  ",
                                 step.provisioner->config()->full_name(), "  ",
                                 step.config->ShortDebugString()));
  }
  return lines;
}

// What it starts, what it may ask for and what it may propose to run.
std::vector<std::string> PluginLines(const FoundPlugin& plugin) {
  std::vector<std::string> lines;
  const PluginManifest& manifest = plugin.manifest;
  for (const PluginManifest::File& file : manifest.file()) {
    lines.push_back(
        absl::StrCat("starts  ", plugin.PathOf(file), "  ", file.platform()));
  }
  for (const std::string& fact : manifest.fact()) {
    lines.push_back(absl::StrCat("may ask for  ", fact));
  }
  for (const PluginManifest::File& program : manifest.program()) {
    lines.push_back(
        absl::StrCat("may propose to run  ", plugin.PathOf(program)));
  }
  return lines;
}

absl::StatusOr<Subject> ReadManifestFile(CommandContext& context,
                                         const std::string& path) {
  const FoundPlugin plugin =
      ReadPlugin(context.system, path, TargetText(context.system.names()));
  PROVISION_RETURN_IF_ERROR(plugin.status);
  PROVISION_RETURN_IF_ERROR(CheckDigests(context.system, plugin));
  return Subject{plugin.path, plugin.sha256, PluginLines(plugin)};
}

void Put(const Trust::File& file, TrustAnswer::File* answer,
         const TerminalStyle& style, std::string* text) {
  answer->set_path(file.path());
  answer->set_sha256(file.sha256());
  absl::StrAppend(text, style.Path(file.path()), "  sha256:", file.sha256(),
                  "\n");
}

absl::Status List(CommandContext& context) {
  TrustAnswer answer;
  answer.set_schema("provision.trust/1");
  std::string text;
  PROVISION_ASSIGN_OR_RETURN(
      std::unique_ptr<StateDirectory> state,
      StateDirectory::OpenExisting(context.system,
                                   StatePath(context.system, context.line)));
  if (state != nullptr) {
    PROVISION_ASSIGN_OR_RETURN(const Trust trust, state->ReadTrust());
    for (const Trust::File& file : trust.file()) {
      Put(file, answer.add_trusted(), context.style, &text);
    }
  }
  Answer(context, answer,
         text.empty() ? "nothing is trusted by its content\n" : text);
  return absl::OkStatus();
}

// Takes every entry of `path` out of `trust`.
std::vector<Trust::File> TakeOut(const std::string& path, Trust* trust) {
  std::vector<Trust::File> taken;
  Trust kept;
  for (const Trust::File& file : trust->file()) {
    if (file.path() == path) {
      taken.push_back(file);
    } else {
      *kept.add_file() = file;
    }
  }
  *trust = kept;
  return taken;
}

absl::Status Forget(CommandContext& context, const std::string& path) {
  PROVISION_ASSIGN_OR_RETURN(
      std::unique_ptr<StateDirectory> state,
      StateDirectory::Open(context.system,
                           StatePath(context.system, context.line)));
  PROVISION_RETURN_IF_ERROR(state->Lock(context.line.text));
  PROVISION_ASSIGN_OR_RETURN(Trust trust, state->ReadTrust());
  const std::vector<Trust::File> taken = TakeOut(path, &trust);
  if (taken.empty()) {
    return DiagnosticError(absl::StatusCode::kNotFound, "usage/trust",
                           absl::StrCat(path, ": was not trusted"))
        .Next("provision trust --list");
  }
  PROVISION_RETURN_IF_ERROR(state->WriteTrust(trust));
  TrustAnswer answer;
  answer.set_schema("provision.trust/1");
  std::string text = "no longer trusted: ";
  for (const Trust::File& file : taken) {
    Put(file, answer.add_removed(), context.style, &text);
  }
  PROVISION_RETURN_IF_ERROR(state->Unlock(false));
  Answer(context, answer, text);
  return absl::OkStatus();
}

absl::Status Record(CommandContext& context, const Subject& subject) {
  PROVISION_ASSIGN_OR_RETURN(
      std::unique_ptr<StateDirectory> state,
      StateDirectory::Open(context.system,
                           StatePath(context.system, context.line)));
  PROVISION_RETURN_IF_ERROR(state->Lock(context.line.text));
  PROVISION_ASSIGN_OR_RETURN(Trust trust, state->ReadTrust());
  TakeOut(subject.path, &trust);
  Trust::File* file = trust.add_file();
  file->set_path(subject.path);
  file->set_sha256(subject.sha256);
  PROVISION_RETURN_IF_ERROR(state->WriteTrust(trust));
  PROVISION_RETURN_IF_ERROR(state->Unlock(false));
  TrustAnswer answer;
  answer.set_schema("provision.trust/1");
  std::string text;
  TrustAnswer::File* shown = answer.add_trusted();
  for (const std::string& line : subject.lines) {
    shown->add_command(line);
    absl::StrAppend(&text, "  ", context.style.Text(line), "\n");
  }
  text += "trusted: ";
  Put(*file, shown, context.style, &text);
  Answer(context, answer, text);
  return absl::OkStatus();
}

}  // namespace

ExitCode RunTrust(CommandContext& context) {
  const bool list = context.line.Is("list");
  if (list == !context.line.arguments.empty() ||
      (list && context.line.Is("remove"))) {
    return Refuse(
        context, ExitCode::kUsage,
        DiagnosticError(absl::StatusCode::kInvalidArgument, "usage/argument",
                        "trust: wants a FILE, or --list")
            .Next("provision help trust"));
  }
  absl::Status status;
  if (list) {
    status = List(context);
  } else if (context.line.Is("remove")) {
    status = Forget(context, JoinPath(context.system.WorkingDirectory(),
                                      context.line.arguments[0]));
  } else if (absl::EndsWith(context.line.arguments[0], kManifestSuffix)) {
    const absl::StatusOr<Subject> subject = ReadManifestFile(
        context,
        JoinPath(context.system.WorkingDirectory(), context.line.arguments[0]));
    status = subject.ok() ? Record(context, *subject) : subject.status();
  } else {
    absl::StatusOr<LoadedPlan> loaded =
        LoadPlan(context.system, context.registry, context.line.arguments[0]);
    if (loaded.ok() && !loaded->verdict.ok()) {
      return Refuse(context, ExitCode::kRefused, loaded->verdict.diagnostics);
    }
    status = loaded.ok()
                 ? Record(context, {loaded->file.path, loaded->file.sha256,
                                    StepLines(*loaded)})
                 : loaded.status();
  }
  if (!status.ok()) return Refuse(context, ExitBeforeActions(status), status);
  return ExitCode::kConverged;
}

}  // namespace provision
