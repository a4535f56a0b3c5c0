#include "plugins/python_packages/python_packages_provisioner.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/api/proposal.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "core/base/url_user_info.h"
#include "core/host/path_access.h"
#include "core/host/python_name.h"
#include "core/host/python_version.h"
#include "core/host/requirements_file.h"
#include "plugins/python_packages/install_command.h"
#include "plugins/python_packages/installed_distributions.h"
#include "plugins/python_packages/interpreter_scripts.h"
#include "plugins/python_packages/locked_wheels.h"
#include "plugins/python_packages/package_tool.h"
#include "plugins/python_packages/project_files.h"
#include "plugins/python_packages/python_environment.h"
#include "plugins/python_packages/requirement_closure.h"
#include "plugins/python_packages/tool_settings.h"
#include "plugins/python_packages/wheel_install.h"

namespace provision {
namespace {

using Config = PythonPackagesConfig;

Diagnostic Note(absl::string_view id, absl::string_view message) {
  Diagnostic note;
  note.set_severity(Diagnostic::NOTE);
  note.set_id(std::string(id));
  note.set_message(std::string(message));
  return note;
}

// One call of Propose.
class Proposer {
 public:
  Proposer(const Config& config, Facts& facts)
      : config_(config),
        facts_(facts),
        path_(facts.AbsolutePath(config.environment())) {}

  absl::StatusOr<Proposal> Propose() {
    proposal_.set_fidelity(Proposal::PREDICTED);
    proposal_.mutable_provides()->set_environment(path_);
    proposal_.mutable_needs()->add_mutex("python environment " + path_);
    PROVISION_RETURN_IF_ERROR(ReadRequirements());
    proposal_.set_title(
        absl::StrCat(CountRequirements(), " in ", config_.environment()));
    if (wanted_.awaited_step.has_value()) return ProposeAtItsTurn();
    if (HasErrors()) return std::move(proposal_);
    if (!FindEnvironment()) return std::move(proposal_);
    if (ProposeLocked()) return std::move(proposal_);
    const bool met = environment_.has_value() && IsMet();
    AddCheck();
    if (met) {
      proposal_.set_fidelity(Proposal::EXACT);
      proposal_.set_title(
          absl::StrCat(CountRequirements(), " in ", config_.environment()));
      return std::move(proposal_);
    }
    if (!ChooseTool()) return std::move(proposal_);
    ProposeInstall();
    return std::move(proposal_);
  }

 private:
  std::string CountRequirements() const {
    const size_t count = set_.requirements.size();
    return absl::StrCat(count, count == 1 ? " requirement" : " requirements");
  }

  bool HasErrors() const {
    return std::any_of(
        proposal_.diagnostic().begin(), proposal_.diagnostic().end(),
        [](const auto& d) { return d.severity() == Diagnostic::ERROR; });
  }

  void Refuse(const absl::Status& status) {
    *proposal_.add_diagnostic() = DiagnosticFromStatus(status);
  }

  absl::Status ReadRequirements() {
    PROVISION_ASSIGN_OR_RETURN(wanted_, ReadWantedPackages(config_, facts_));
    for (const Diagnostic& diagnostic : set_.diagnostics) {
      *proposal_.add_diagnostic() = diagnostic;
    }
    return absl::OkStatus();
  }

  Proposal ProposeAtItsTurn() {
    proposal_.set_fidelity(Proposal::UNKNOWN);
    proposal_.set_title(absl::StrCat("requirements of ", wanted_.awaited_path,
                                     " in ", config_.environment()));
    Assume(absl::StrCat(wanted_.awaited_path, " is there"),
           *wanted_.awaited_step);
    Announce();
    return std::move(proposal_);
  }

  // At most: one command of pip or uv that fills the environment.
  void Announce() {
    Proposal::Envelope* envelope = proposal_.mutable_envelope();
    envelope->add_kind("run");
    envelope->add_path(path_);
    envelope->set_network(true);
  }

  void Assume(absl::string_view text, absl::string_view step) {
    Proposal::Assumption* assumption = proposal_.add_assumes();
    assumption->set_text(std::string(text));
    assumption->set_step(std::string(step));
  }

  // Reads the environment, or notes which step will make it; false if refused.
  bool FindEnvironment() {
    const auto step = facts_.AssumedFrom(path_);
    const PathState::Type type = facts_.Metadata(path_, true).type();
    if (type == PathState::ABSENT && step.has_value()) {
      Assume(absl::StrCat(config_.environment(), " is a virtual environment"),
             *step);
      return true;
    }
    if (type != PathState::DIRECTORY) {
      Refuse(DiagnosticError(absl::StatusCode::kFailedPrecondition,
                             "python_packages/no-environment",
                             absl::StrCat("there is no environment at ", path_))
                 .Next(absl::StrCat("let a python step with environment: \"",
                                    config_.environment(),
                                    "\" come before this one")));
      return false;
    }
    auto environment = ReadPythonEnvironment(path_, facts_);
    if (!environment.ok()) {
      Refuse(environment.status());
      return false;
    }
    environment_ = *std::move(environment);
    return true;
  }

  // From the lock, if the step has one; what is wrong with that is then said.
  bool ProposeLocked() {
    const PythonEnvironment* environment =
        environment_.has_value() ? &*environment_ : nullptr;
    auto locked = FindLockedWheels(config_, wanted_, environment, facts_);
    if (!locked.ok()) {
      Refuse(locked.status());
      return true;
    }
    if (!locked->has_value() && config_.project().empty()) return false;
    if (!locked->has_value() || environment == nullptr) {
      // The interpreter that is to come decides what its scripts start with.
      proposal_.set_fidelity(Proposal::UNKNOWN);
      const LockedWheels none;
      const LockedWheels& wheels = locked->has_value() ? **locked : none;
      SetLockedTitle(wheels.wheels.size());
      AnnounceWheels(wheels, path_, proposal_);
      return true;
    }
    std::set<std::string> requested;
    for (const RequirementEntry& entry : set_.requirements) {
      requested.insert(NormalizePythonName(entry.source.name));
    }
    proposal_.set_fidelity(Proposal::EXACT);
    SetLockedTitle((*locked)->wheels.size());
    installed_ = ReadInstalledDistributions(*environment_, facts_);
    ProposeWheels(**locked, installed_, requested, *environment_, facts_,
                  proposal_);
    MarkRoot();
    AddCheck();
    return true;
  }

  void SetLockedTitle(size_t wheels) {
    proposal_.set_title(
        wheels == 0 ? absl::StrCat("locked wheels in ", config_.environment())
                    : absl::StrCat(wheels, wheels == 1 ? " wheel" : " wheels",
                                   " in ", config_.environment(), ", locked"));
  }

  // Fills what is unmet and damaged.
  bool IsMet() {
    installed_ = ReadInstalledDistributions(*environment_, facts_);
    closure_ =
        CloseRequirements(set_, installed_, environment_->markers,
                          facts_.scope().root, [this](const std::string& path) {
                            return facts_.Digest(path).sha256();
                          });
    for (const std::string& line : closure_.unreadable) {
      *proposal_.add_diagnostic() = Note("python_packages/metadata", line);
    }
    for (const std::string& line : closure_.unmet) {
      *proposal_.add_diagnostic() = Note("python_packages/unmet", line);
    }
    for (const std::string& name : closure_.needed) {
      const InstalledDistribution& distribution = installed_.at(name);
      const DistributionDamage damage =
          FindDamage(distribution, *environment_, facts_);
      if (damage.empty()) continue;
      if (damage.of_metadata) {
        for (const std::string& folder : distribution.metadata_folders) {
          broken_metadata_.push_back(absl::StrCat(path_, "/", folder));
        }
      } else {
        damaged_.push_back(distribution);
      }
      *proposal_.add_diagnostic() =
          Note("python_packages/damaged",
               absl::StrCat(distribution.name, ": ", damage.text));
    }
    return closure_.unmet.empty() && damaged_.empty() &&
           broken_metadata_.empty();
  }

  // Why pip has to be asked before uv, or empty: what uv would not read.
  std::string ReasonForPip() {
    for (const RequirementFile& file : set_.files) {
      if (!absl::StartsWith(file.encoding, "utf-8") &&
          file.encoding != "utf8") {
        return absl::StrCat(file.path, " is ", file.encoding);
      }
    }
    for (const RequirementEntry& entry : set_.requirements) {
      if (!entry.config_settings.empty()) {
        return absl::StrCat(entry.place.file(), ":", entry.place.line(),
                            " has --config-settings");
      }
    }
    return FindPipConfiguration(config_, path_, facts_).value_or("");
  }

  // False if there is none; the reason is then a diagnostic.
  bool ChooseTool() {
    const std::string reason = ReasonForPip();
    PackageToolChoice choice =
        ChoosePackageTool(config_.package_manager(), path_,
                          environment_.has_value() ? &*environment_ : nullptr,
                          !reason.empty(), facts_);
    for (const Refusal& refusal : choice.refused) {
      *proposal_.add_refused() = refusal;
    }
    if (!choice.tool.has_value()) {
      // The interpreter of an environment to come may bring a pip.
      if (!environment_.has_value() &&
          config_.package_manager() != Config::UV) {
        proposal_.set_fidelity(Proposal::UNKNOWN);
        proposal_.set_title(absl::StrCat(CountRequirements(), " in ",
                                         config_.environment(),
                                         ", not locked"));
        Announce();
      } else {
        RefuseTool(choice);
      }
      return false;
    }
    tool_ = *std::move(choice.tool);
    if (!reason.empty()) {
      Diagnostic* remark = proposal_.add_diagnostic();
      *remark = Note(
          "python_packages/uv-blind",
          tool_.is_uv
              ? absl::StrCat("uv does not read this: ", reason)
              : absl::StrCat("pip, because uv does not read this: ", reason));
      if (tool_.is_uv) remark->set_severity(Diagnostic::WARNING);
    }
    return tool_.is_uv || MayUsePip();
  }

  // pip would obey --trusted-host, and a certificate is never left unverified.
  bool MayUsePip() {
    for (const Diagnostic& diagnostic : set_.diagnostics) {
      if (!absl::StartsWith(diagnostic.message(), "--trusted-host")) continue;
      Diagnostic* error = proposal_.add_diagnostic();
      *error = diagnostic;
      error->set_severity(Diagnostic::ERROR);
      error->set_id("python_packages/trusted-host");
      error->set_message(
          "pip would obey --trusted-host and verify no certificate");
      error->add_next("take the line out, or say package_manager: UV");
    }
    return !HasErrors();
  }

  void RefuseTool(const PackageToolChoice& choice) {
    const char* wanted = config_.package_manager() == Config::UV    ? "uv"
                         : config_.package_manager() == Config::PIP ? "pip"
                                                                    : nullptr;
    DiagnosticError error(
        absl::StatusCode::kFailedPrecondition, "python_packages/no-tool",
        wanted == nullptr ? "neither uv nor pip can be used here"
                          : absl::StrCat("the plan wants ", wanted,
                                         ", which cannot be used here"));
    for (const Refusal& refusal : choice.refused) {
      error.Tried(refusal.reason());
    }
    error.Because(choice.missing);
    error.Next(wanted == nullptr
                   ? "install uv, or a Python that brings pip 22.3 or later"
                   : absl::StrCat("install ", wanted,
                                  ", or say package_manager: AUTO"));
    Refuse(error);
  }

  void ProposeInstall() {
    proposal_.set_title(absl::StrCat(CountRequirements(), " in ",
                                     config_.environment(), ", not locked"));
    proposal_.set_outcome(absl::StrCat(CountRequirements(), " met"));
    *proposal_.add_diagnostic() =
        Note("python_packages/not-locked",
             "not locked: the index decides which versions come");
    ToolSettings settings =
        ReadToolSettings(config_, tool_.is_uv, wanted_.variables, facts_);
    for (Diagnostic& diagnostic : settings.diagnostics) {
      *proposal_.add_diagnostic() = std::move(diagnostic);
    }
    const InstallCommand command(config_, set_, tool_, settings, path_, facts_);
    ActionList actions(facts_);
    // Without it the distribution counts as absent, and its files are written
    // anew.
    for (const std::string& folder : broken_metadata_) {
      actions.Remove(folder, true);
    }
    const bool install = !environment_.has_value() || !closure_.unmet.empty() ||
                         !broken_metadata_.empty();
    for (Action& action : command.Actions(install, damaged_)) {
      actions.Add(std::move(action));
    }
    actions.AppendTo(proposal_.mutable_action());
    MarkRoot();
  }

  void MarkRoot() {
    // One that is to come is looked at when it is there.
    if (!environment_.has_value() || proposal_.action().empty() ||
        MayChangeNames(facts_.Host(), facts_.Metadata(path_, true))) {
      return;
    }
    proposal_.mutable_needs()->set_root(true);
    for (Action& action : *proposal_.mutable_action()) {
      action.set_needs_root(true);
    }
  }

  // Imports what is asked for by name, whatever its modules are called.
  void AddCheck() {
    std::set<std::string> names(closure_.top_level.begin(),
                                closure_.top_level.end());
    for (const RequirementEntry& entry : set_.requirements) {
      const bool applies = !entry.source.marker.has_value() ||
                           (environment_.has_value() &&
                            entry.source.marker->Evaluate(environment_->markers)
                                .value_or(false));
      if (applies && !entry.source.name.empty()) {
        names.insert(entry.source.name);
      }
    }
    if (names.empty()) return;
    Check* import = proposal_.add_check();
    import->set_text(absl::StrCat("import ", absl::StrJoin(names, ", ")));
    Check::Command* check = import->mutable_command();
    for (const char* word : {"-I", "-B", "-c", kImportDistributionsScript}) {
      if (check->argv_size() == 0) check->add_argv(path_ + "/bin/python");
      check->add_argv(word);
    }
    for (const std::string& name : names) check->add_argv(name);
  }

  const Config& config_;
  Facts& facts_;
  const std::string path_;
  WantedPackages wanted_;
  RequirementSet& set_ = wanted_.set;
  absl::optional<PythonEnvironment> environment_;
  std::map<std::string, InstalledDistribution> installed_;
  RequirementClosure closure_;
  std::vector<InstalledDistribution> damaged_;
  std::vector<std::string> broken_metadata_;  // absolute paths
  PackageTool tool_;
  Proposal proposal_;
};

void CheckIndex(const std::string& url, const std::string& field,
                std::vector<Diagnostic>& errors) {
  if (HasUrlSecret(url)) {
    errors.push_back(ConfigError("python_packages/config-secret", field,
                                 "a URL in a plan has no user and password",
                                 "put them into ~/.netrc"));
  } else if (!absl::StartsWith(url, "https://") &&
             !absl::StartsWith(url, "http://") &&
             !absl::StartsWith(url, "file://")) {
    errors.push_back(
        ConfigError("python_packages/config-url", field,
                    absl::StrCat("\"", url, "\" is no URL"),
                    "write https://..., http://... or file://..."));
  }
}

}  // namespace

std::vector<Diagnostic> PythonPackagesProvisioner::ValidateConfig(
    const PythonPackagesConfig& config) const {
  std::vector<Diagnostic> errors;
  if (config.environment().empty()) {
    errors.push_back(ConfigError("python_packages/config-required",
                                 "environment", "no environment is named",
                                 "name its folder, such as \".venv\""));
  }
  const bool asks =
      !config.requirements().empty() || !config.requirement().empty();
  if (!config.project().empty() && asks) {
    errors.push_back(ConfigError("python_packages/config-conflict", "project",
                                 "a project has its own requirements",
                                 "keep project, or the requirements"));
  }
  if (config.has_python_version() &&
      !PythonVersion::Parse(config.python_version()).ok()) {
    errors.push_back(ConfigError(
        "python_packages/config-conflict", "python_version",
        absl::StrCat("\"", config.python_version(), "\" is no version"),
        "write one such as \"3.11\""));
  }
  if (!asks && config.project().empty()) {
    errors.push_back(ConfigError("python_packages/config-required",
                                 "requirements", "nothing is asked for",
                                 "name a requirement file in requirements, or "
                                 "write a requirement"));
  }
  for (int i = 0; i < config.requirement_size(); ++i) {
    RequirementSet set;
    AddRequirement(config.requirement(i), Diagnostic::Place(), set);
    for (const Diagnostic& diagnostic : set.diagnostics) {
      errors.push_back(ConfigError(
          diagnostic.id(), absl::StrCat("requirement[", i, "]"),
          diagnostic.message(), "write it as in a requirement file"));
    }
    if (!set.requirements.empty() && set.requirements[0].source.has_secret) {
      CheckIndex(config.requirement(i), absl::StrCat("requirement[", i, "]"),
                 errors);
    }
  }
  if (config.package_manager() == Config::CONDA) {
    errors.push_back(ConfigError(
        "python_packages/conda", "package_manager",
        "conda installs packages of its own kind, not into a virtual "
        "environment",
        "say UV, PIP or AUTO"));
  }
  if (config.no_index() &&
      (!config.index_url().empty() || !config.extra_index_url().empty())) {
    errors.push_back(ConfigError("python_packages/config-conflict", "no_index",
                                 "no_index contradicts an index",
                                 "keep one of the two"));
  }
  if (!config.index_url().empty()) {
    CheckIndex(config.index_url(), "index_url", errors);
  }
  for (int i = 0; i < config.extra_index_url_size(); ++i) {
    CheckIndex(config.extra_index_url(i),
               absl::StrCat("extra_index_url[", i, "]"), errors);
  }
  for (int i = 0; i < config.find_links_size(); ++i) {
    // A path is one, too.
    if (!absl::StrContains(config.find_links(i), "://")) continue;
    CheckIndex(config.find_links(i), absl::StrCat("find_links[", i, "]"),
               errors);
  }
  return errors;
}

const ArtifactResolver* PythonPackagesProvisioner::resolver() const {
  return &resolver_;
}

absl::StatusOr<Proposal> PythonPackagesProvisioner::ProposeConfig(
    const PythonPackagesConfig& config, Facts& facts) const {
  return Proposer(config, facts).Propose();
}

}  // namespace provision
