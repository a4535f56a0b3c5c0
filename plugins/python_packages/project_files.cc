#include "plugins/python_packages/project_files.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "core/host/document.h"
#include "core/host/toml_document.h"
#include "plugins/python_packages/tool_settings.h"

namespace provision {
namespace {

bool HasRepository(const RequirementSet& set) {
  return std::any_of(set.requirements.begin(), set.requirements.end(),
                     [](const RequirementEntry& entry) {
                       return entry.source.kind ==
                              RequirementSource::Kind::kRepository;
                     });
}

// `[project] dependencies` of pyproject.toml, where there is one.
void ReadProject(const std::string& folder, Facts& facts, RequirementSet& set) {
  const std::string path = absl::StrCat(folder, "/pyproject.toml");
  const auto content = facts.File(path);
  if (absl::IsNotFound(content.status())) return;
  if (!content.ok()) {
    set.diagnostics.push_back(DiagnosticFromStatus(content.status()));
    return;
  }
  const auto root = ParseToml(path, *content);
  if (!root.ok()) {
    set.diagnostics.push_back(DiagnosticFromStatus(root.status()));
    return;
  }
  const DocumentNode* dependencies = root->Find("project", "dependencies");
  if (dependencies == nullptr) return;
  for (const DocumentNode& dependency : dependencies->items) {
    Diagnostic::Place place;
    place.set_file(path);
    place.set_line(dependency.line);
    place.set_column(dependency.column);
    AddRequirement(dependency.text, place, set);
  }
}

}  // namespace

absl::StatusOr<WantedPackages> ReadWantedPackages(
    const PythonPackagesConfig& config, Facts& facts) {
  WantedPackages wanted;
  RequirementFileSources sources;
  sources.read = [&](const std::string& path)
      -> absl::StatusOr<absl::optional<std::string>> {
    auto content = facts.File(path);
    if (content.ok()) return *std::move(content);
    if (!absl::IsNotFound(content.status())) return content.status();
    // A file of an earlier step: what it says is known at our turn.
    if (const auto step = facts.AssumedFrom(path); step.has_value()) {
      wanted.awaited_step = step;
      wanted.awaited_path = path;
      return std::string();
    }
    return absl::nullopt;
  };
  sources.variable =
      [&](const std::string& name) -> absl::optional<std::string> {
    wanted.variables.insert(name);
    const HostVariable variable = ReadHostVariable(name, facts);
    if (!variable.is_set || variable.is_secret) return absl::nullopt;
    return variable.value;
  };
  for (const std::string& file : config.requirements()) {
    PROVISION_RETURN_IF_ERROR(ReadRequirementFile(facts.AbsolutePath(file),
                                                  false, sources, wanted.set));
  }
  for (const std::string& file : config.constraints()) {
    PROVISION_RETURN_IF_ERROR(ReadRequirementFile(facts.AbsolutePath(file),
                                                  true, sources, wanted.set));
  }
  for (const std::string& text : config.requirement()) {
    AddRequirement(text, Diagnostic::Place(), wanted.set);
  }
  if (!config.project().empty()) {
    ReadProject(facts.AbsolutePath(config.project()), facts, wanted.set);
  }
  if (HasRepository(wanted.set)) {
    // git's own: whom it trusts, and the agent that holds its keys.
    wanted.variables.insert(
        {"GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "SSH_AUTH_SOCK"});
  }
  CheckRequirementSet(wanted.set);
  wanted.variables.insert(wanted.set.secret_variables.begin(),
                          wanted.set.secret_variables.end());
  return wanted;
}

std::vector<std::string> DecidingFiles(const PythonPackagesConfig& config,
                                       const WantedPackages& wanted,
                                       Facts& facts) {
  std::vector<std::string> files;
  for (const RequirementFile& file : wanted.set.files) {
    files.push_back(file.path);
  }
  if (!config.project().empty()) {
    const std::string folder = facts.AbsolutePath(config.project());
    for (const char* name : {"pylock.toml", "pyproject.toml", "uv.lock"}) {
      const std::string path = JoinPath(folder, name);
      if (facts.Metadata(path, true).type() == PathState::FILE) {
        files.push_back(path);
      }
    }
  }
  return files;
}

}  // namespace provision
