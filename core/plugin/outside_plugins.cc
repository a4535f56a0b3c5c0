#include "core/plugin/outside_plugins.h"

#include <memory>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/byte_channel.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/plugin_process.h"
#include "core/base/status_macros.h"
#include "core/plugin/plugin_connection.h"
#include "core/plugin/step_schema.h"
#include "core/plugin/wire_provisioner.h"

namespace provision {
namespace {

constexpr char kJsonHost[] = "provision-json-host";

// What starting takes, apart from the vector that the plugin was found in.
struct Start {
  std::string id;
  std::string folder;
  PluginManifest manifest;
  PluginManifest::File file;
  std::map<std::string, std::string> environment;
};

absl::StatusOr<FileToRun> OpenPinned(const Start& start,
                                     const PluginManifest::File& pinned) {
  const std::string path = JoinPath(start.folder, pinned.name());
  PROVISION_ASSIGN_OR_RETURN(FileToRun file, OpenToRun(path));
  if (file.sha256 != pinned.sha256()) {
    return ChangedError(path, pinned.sha256(), file.sha256);
  }
  return file;
}

absl::StatusOr<PluginProgram> ProgramOf(const Start& start) {
  PROVISION_ASSIGN_OR_RETURN(FileToRun file, OpenPinned(start, start.file));
  for (const PluginManifest::File& program : start.manifest.program()) {
    if (program.platform() != start.file.platform()) continue;
    PROVISION_RETURN_IF_ERROR(OpenPinned(start, program).status());
  }
  PluginProgram program;
  if (start.manifest.carrier() == PluginManifest::JSON_SCRIPT) {
    PROVISION_ASSIGN_OR_RETURN(
        program,
        ProgramBesideThis(
            kJsonHost,
            {start.id,
             JoinPath(start.folder, start.manifest.descriptors().name())}));
    program.script = std::move(file.descriptor);
  } else {
    program.executable = std::move(file.descriptor);
    program.is_script = file.is_script;
    program.argv = {JoinPath(start.folder, start.file.name())};
  }
  program.readable.push_back(start.folder);
  program.environment = start.environment;
  program.environment["PROVISION_PLUGIN_HOME"] = start.folder;
  return program;
}

std::shared_ptr<PluginConnection> ConnectionTo(const FoundPlugin& plugin,
                                               const PluginUse& use) {
  const Start start = {plugin.manifest.id(), plugin.folder, plugin.manifest,
                       *plugin.file, use.environment};
  return std::make_shared<PluginConnection>(
      start.id, [start]() -> absl::StatusOr<std::unique_ptr<ByteChannel>> {
        PROVISION_ASSIGN_OR_RETURN(const PluginProgram program,
                                   ProgramOf(start));
        return StartPluginProcess(program);
      });
}

Declaration DeclarationOf(const FoundPlugin& plugin, const PluginUse& use) {
  const PluginManifest& manifest = plugin.manifest;
  Declaration declaration;
  for (const PluginManifest::Invariant& told : manifest.invariant()) {
    declaration.invariants.push_back(
        {told.from(), told.to(), told.between(), told.reason()});
  }
  declaration.is_judged_by_schema = use.starts_none;
  declaration.consents = {manifest.consent().begin(), manifest.consent().end()};
  declaration.facts = {manifest.fact().begin(), manifest.fact().end()};
  declaration.folder = plugin.folder;
  for (const PluginManifest::File& program : manifest.program()) {
    declaration.programs.insert(plugin.PathOf(program));
  }
  return declaration;
}

absl::Status AddSchema(const FoundPlugin& plugin, StepSchema* schema) {
  std::map<std::string, std::string> types;
  for (const PluginManifest::Config& config : plugin.manifest.config()) {
    types[config.field()] = config.type();
  }
  const absl::Status added =
      schema->Add(plugin.manifest.id(), plugin.descriptors, types);
  if (added.ok()) return added;
  const std::string path = plugin.PathOf(plugin.manifest.descriptors());
  return DiagnosticError(absl::StatusCode::kInvalidArgument,
                         "plugin/descriptors",
                         absl::StrCat(path, ": cannot be used"))
      .At(path)
      .Expected("messages and extensions of Step that are nowhere else")
      .Found(added.message());
}

std::vector<std::string> FieldsOf(const FoundPlugin& plugin) {
  std::vector<std::string> fields;
  for (const PluginManifest::Config& config : plugin.manifest.config()) {
    fields.push_back(config.field());
  }
  return fields;
}

// Built-ins are never overridden.
absl::Status Register(const FoundPlugin& plugin, const StepSchema& schema,
                      const PluginUse& use, Registry* registry) {
  const std::shared_ptr<PluginConnection> connection =
      ConnectionTo(plugin, use);
  for (const PluginManifest::Config& config : plugin.manifest.config()) {
    Declaration declaration = DeclarationOf(plugin, use);
    declaration.config = schema.Find(config.field())->message_type();
    PROVISION_RETURN_IF_ERROR(registry->Register(
        std::make_unique<WireProvisioner>(std::move(declaration), connection)));
  }
  return absl::OkStatus();
}

}  // namespace

Registry WithPlugins(const Registry& linked, std::vector<FoundPlugin>& plugins,
                     const PluginUse& use) {
  const auto schema = std::make_shared<StepSchema>();
  Registry registry = linked;
  registry.SetSchema(schema);
  for (FoundPlugin& plugin : plugins) {
    if (plugin.status.ok()) plugin.status = AddSchema(plugin, schema.get());
    if (plugin.status.ok()) {
      const absl::Status registered = Register(plugin, *schema, use, &registry);
      if (!registered.ok()) {
        plugin.status =
            DiagnosticError(absl::StatusCode::kAlreadyExists,
                            "plugin/duplicate", registered.message())
                .At(plugin.path);
      }
    }
    if (!plugin.status.ok()) {
      schema->SetUnusable(FieldsOf(plugin),
                          DiagnosticFromStatus(plugin.status));
    }
  }
  return registry;
}

}  // namespace provision
