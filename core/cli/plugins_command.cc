#include "core/cli/plugins_command.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/diagnostic.h"
#include "core/base/status_macros.h"
#include "core/cli/answer.pb.h"
#include "core/cli/display_text.h"
#include "core/cli/plugin_choice.h"
#include "core/plugin/outside_plugins.h"

namespace provision {
namespace {

std::string NameOf(const FoundPlugin& plugin) {
  return plugin.manifest.id().empty() ? plugin.path : plugin.manifest.id();
}

// All that were found, judged to the last byte.
absl::StatusOr<std::vector<FoundPlugin>> Judged(CommandContext& context) {
  PROVISION_ASSIGN_OR_RETURN(std::vector<FoundPlugin> plugins,
                             FindMeantPlugins(context.system, context.line));
  WithPlugins(context.registry, plugins, {.starts_none = true});
  for (FoundPlugin& plugin : plugins) {
    if (plugin.status.ok()) {
      plugin.status = CheckDigests(context.system, plugin);
    }
  }
  return plugins;
}

PluginsAnswer::Plugin AnswerOf(const FoundPlugin& plugin) {
  PluginsAnswer::Plugin answer;
  answer.set_manifest(plugin.path);
  answer.set_sha256(plugin.sha256);
  *answer.mutable_says() = plugin.manifest;
  answer.set_usable(plugin.status.ok());
  if (!plugin.status.ok()) {
    *answer.mutable_fault() = DiagnosticFromStatus(plugin.status);
  }
  return answer;
}

std::string FieldsText(const PluginManifest& manifest) {
  std::vector<std::string> fields;
  for (const PluginManifest::Config& config : manifest.config()) {
    fields.push_back(absl::StrCat("[", config.field(), "]"));
  }
  return absl::StrJoin(fields, ", ");
}

std::string LineText(const FoundPlugin& plugin, size_t width,
                     const TerminalStyle& style) {
  const PluginManifest& manifest = plugin.manifest;
  const std::string begin =
      absl::StrCat(style.Sign(plugin.status.ok() ? Role::kGood : Role::kBad),
                   PadRight(style.Text(NameOf(plugin)), width + 2));
  if (plugin.status.ok()) {
    return absl::StrCat(begin, style.Text(FieldsText(manifest)), "  ",
                        style.Text(manifest.version()), "  ",
                        style.Path(plugin.path), "\n");
  }
  return absl::StrCat(begin, style.Paint(Role::kBad, "not used: "),
                      style.Text(DiagnosticFromStatus(plugin.status).message()),
                      " [", DiagnosticId(plugin.status), "]\n");
}

std::string DescriptionText(const FoundPlugin& plugin,
                            const TerminalStyle& style) {
  const PluginManifest& manifest = plugin.manifest;
  std::string text;
  const auto add = [&](absl::string_view label, const std::string& value) {
    if (value.empty()) return;
    absl::StrAppend(&text, "  ", PadRight(label, 12), style.Text(value), "\n");
  };
  absl::StrAppend(&text, style.Text(NameOf(plugin)), "\n");
  add("version", manifest.version());
  add("manifest", plugin.path);
  add("digest", absl::StrCat("sha256:", plugin.sha256));
  add("carrier", PluginManifest::Carrier_Name(manifest.carrier()));
  for (const PluginManifest::File& file : manifest.file()) {
    add("starts", absl::StrCat(file.name(), "  ",
                               file.has_platform() ? file.platform() : "any",
                               "  sha256:", file.sha256()));
  }
  for (const PluginManifest::File& program : manifest.program()) {
    add("may run", absl::StrCat(program.name(), "  sha256:", program.sha256()));
  }
  add("may ask", manifest.fact().empty()
                     ? "nothing"
                     : absl::StrJoin(manifest.fact(), ", "));
  add("steps", FieldsText(manifest));
  add("consents", absl::StrJoin(manifest.consent(), ", "));
  add("homepage", manifest.homepage());
  add("licence", manifest.license());
  return text;
}

}  // namespace

ExitCode RunPluginsList(CommandContext& context) {
  const absl::StatusOr<std::vector<FoundPlugin>> plugins = Judged(context);
  if (!plugins.ok()) {
    return Refuse(context, ExitCode::kRefused, plugins.status());
  }
  PluginsAnswer answer;
  answer.set_schema("provision.plugins/1");
  size_t width = 0;
  for (const FoundPlugin& plugin : *plugins) {
    *answer.add_plugin() = AnswerOf(plugin);
    width = std::max(width, DisplayWidth(context.style.Text(NameOf(plugin))));
  }
  std::string text;
  for (const FoundPlugin& plugin : *plugins) {
    text += LineText(plugin, width, context.style);
  }
  absl::StrAppend(&text, CountText(plugins->size(), "plugin"), "\n");
  Answer(context, answer, text);
  return ExitCode::kConverged;
}

ExitCode RunPluginsDescribe(CommandContext& context) {
  const std::string& name = context.line.arguments[0];
  const absl::StatusOr<std::vector<FoundPlugin>> plugins = Judged(context);
  if (!plugins.ok()) {
    return Refuse(context, ExitCode::kRefused, plugins.status());
  }
  PluginsAnswer answer;
  answer.set_schema("provision.plugins/1");
  std::string text;
  std::vector<std::string> known;
  absl::Status fault;
  for (const FoundPlugin& plugin : *plugins) {
    known.push_back(NameOf(plugin));
    if (NameOf(plugin) != name) continue;
    *answer.add_plugin() = AnswerOf(plugin);
    text += DescriptionText(plugin, context.style);
    if (!plugin.status.ok()) fault = plugin.status;
  }
  if (answer.plugin().empty()) {
    return Refuse(context, ExitCode::kUsage,
                  DiagnosticError(absl::StatusCode::kNotFound, "usage/argument",
                                  absl::StrCat("no plugin is called ", name))
                      .Expected(known.empty() ? "none was found"
                                              : absl::StrJoin(known, ", "))
                      .Next("provision plugins list"));
  }
  Answer(context, answer, text);
  return fault.ok() ? ExitCode::kConverged
                    : Refuse(context, ExitCode::kRefused, fault);
}

}  // namespace provision
