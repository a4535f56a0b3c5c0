#include "plugins/python_packages/python_packages_resolver.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "core/host/python_name.h"
#include "core/host/python_tags.h"
#include "core/host/python_version.h"
#include "plugins/python_packages/install_command.h"
#include "plugins/python_packages/install_failures.h"
#include "plugins/python_packages/locked_packages.h"
#include "plugins/python_packages/package_tool.h"
#include "plugins/python_packages/project_files.h"
#include "plugins/python_packages/python_environment.h"
#include "plugins/python_packages/tool_settings.h"

namespace provision {
namespace {

using Config = PythonPackagesConfig;

constexpr char kOwnRequirements[] = "requirements.in";
// uv keeps the versions that stand in the file it writes to.
constexpr char kAnswer[] = "pylock.answer.toml";
// A later patch of a minor has not been numbered higher.
constexpr int kLastPatch = 99;

// What a step wants, and for which Python.
class StepBasis {
 public:
  StepBasis(const Config& config, Facts& facts)
      : config_(config),
        facts_(facts),
        path_(facts.AbsolutePath(config.environment())) {}

  absl::Status Read() {
    PROVISION_ASSIGN_OR_RETURN(wanted_, ReadWantedPackages(config_, facts_));
    PROVISION_RETURN_IF_ERROR(CheckWanted());
    return FindPython();
  }

  // One version, or the first and the last of a minor.
  const std::vector<std::string>& full_versions() const {
    return full_versions_;
  }
  std::string python_version() const {
    return full_versions_.size() == 1 ? full_versions_[0] : minor_;
  }
  const WantedPackages& wanted() const { return wanted_; }
  const PythonEnvironment* environment() const {
    return environment_.has_value() ? &*environment_ : nullptr;
  }
  const std::string& path() const { return path_; }

  Lock::Step ForLock() const {
    Lock::Step step;
    Lock::Step::Condition* python = step.add_condition();
    python->set_name("python_version");
    python->set_value(python_version());
    for (const std::string& path : DecidingFiles(config_, wanted_, facts_)) {
      Lock::Step::Input* input = step.add_input();
      input->set_path(RelativeTo(path, facts_.scope().root));
      input->set_sha256(facts_.Digest(path).sha256());
    }
    std::sort(step.mutable_input()->begin(), step.mutable_input()->end(),
              [](const auto& a, const auto& b) { return a.path() < b.path(); });
    return step;
  }

 private:
  absl::Status CheckWanted() const {
    for (const Diagnostic& diagnostic : wanted_.set.diagnostics) {
      if (diagnostic.severity() != Diagnostic::ERROR) continue;
      return StatusFromDiagnostic(absl::StatusCode::kInvalidArgument,
                                  diagnostic);
    }
    if (wanted_.awaited_step.has_value()) {
      return DiagnosticError(
                 absl::StatusCode::kFailedPrecondition, "lock/unanswered",
                 absl::StrCat(wanted_.awaited_path, " is not there yet"))
          .Because(
              absl::StrCat("step \"", *wanted_.awaited_step, "\" writes it"))
          .Next("apply that step first, then make the lock");
    }
    return absl::OkStatus();
  }

  // The environment's interpreter, or the version that the step names.
  absl::Status FindPython() {
    if (facts_.Metadata(path_, true).type() == PathState::DIRECTORY) {
      PROVISION_ASSIGN_OR_RETURN(environment_,
                                 ReadPythonEnvironment(path_, facts_));
    }
    std::string version = config_.python_version();
    if (version.empty() && environment_.has_value()) {
      version = environment_->markers["python_version"];
    }
    if (version.empty()) {
      return DiagnosticError(absl::StatusCode::kFailedPrecondition,
                             "python_packages/python-version",
                             "nothing says which Python the lock is for")
          .Found(absl::StrCat("no environment at ", path_))
          .Next(
              "apply the python step first, or write python_version: "
              "\"3.11\" into this step");
    }
    PROVISION_ASSIGN_OR_RETURN(const PythonVersion parsed,
                               PythonVersion::Parse(version));
    minor_ = parsed.ReleasePrefix(2);
    full_versions_ =
        parsed.release_size() > 2
            ? std::vector<std::string>{version}
            : std::vector<std::string>{absl::StrCat(minor_, ".0"),
                                       absl::StrCat(minor_, ".", kLastPatch)};
    return absl::OkStatus();
  }

  const Config& config_;
  Facts& facts_;
  const std::string path_;
  WantedPackages wanted_;
  absl::optional<PythonEnvironment> environment_;
  std::string minor_;
  std::vector<std::string> full_versions_;
};

// One call of Resolve.
class Resolving {
 public:
  Resolving(const Config& config, Facts& facts, const ArtifactRequest& request,
            OutsideWorld& world, const StepBasis& basis)
      : config_(config),
        facts_(facts),
        request_(request),
        world_(world),
        basis_(basis) {}

  absl::StatusOr<ResolvedArtifacts> Run() {
    PROVISION_ASSIGN_OR_RETURN(LockedPackages locked, FindPackages());
    KeepAllowedHashes(locked);
    for (const Lock::Target& target : request_.targets) {
      PROVISION_ASSIGN_OR_RETURN(
          std::vector<Lock::Artifact> wheels,
          ChooseWheels(locked, target, basis_.full_versions()));
      for (Lock::Artifact& wheel : wheels) Add(std::move(wheel));
    }
    ResolvedArtifacts resolved;
    resolved.resolver = resolver_;
    for (auto& [key, artifact] : artifacts_) {
      resolved.artifacts.push_back(std::move(artifact));
    }
    return resolved;
  }

 private:
  absl::StatusOr<LockedPackages> FindPackages() {
    if (config_.project().empty()) return AskForRequirements();
    const std::string folder = facts_.AbsolutePath(config_.project());
    const std::string pylock = JoinPath(folder, "pylock.toml");
    auto content = facts_.File(pylock);
    if (content.ok()) {
      resolver_ = "pylock.toml";
      return ReadPylock(pylock, *content, folder);
    }
    // One that cannot be read is not one that is not there.
    if (!absl::IsNotFound(content.status())) return content.status();
    const auto project = facts_.File(JoinPath(folder, "pyproject.toml"));
    if (!project.ok() && !absl::IsNotFound(project.status())) {
      return project.status();
    }
    if (!project.ok()) {
      return DiagnosticError(
                 absl::StatusCode::kFailedPrecondition,
                 "python_packages/no-project",
                 absl::StrCat(folder,
                              " has neither pylock.toml nor pyproject.toml"))
          .Next("name the folder that holds one of them in project");
    }
    const auto uv_lock = facts_.File(JoinPath(folder, "uv.lock"));
    if (uv_lock.ok()) {
      return Ask({"export", "--frozen", "--no-emit-project",
                  "--no-default-groups", "--format", "pylock.toml"},
                 {{"pyproject.toml", *project}, {"uv.lock", *uv_lock}});
    }
    if (!absl::IsNotFound(uv_lock.status())) return uv_lock.status();
    return AskToCompile({"pyproject.toml"}, {{"pyproject.toml", *project}});
  }

  absl::StatusOr<LockedPackages> AskForRequirements() {
    std::vector<std::string> sources;
    std::map<std::string, std::string> files;
    for (const std::string& file : config_.requirements()) {
      sources.push_back(facts_.AbsolutePath(file));
    }
    for (const std::string& file : config_.constraints()) {
      sources.insert(sources.end(), {"-c", facts_.AbsolutePath(file)});
    }
    if (config_.requirement_size() > 0) {
      sources.push_back(kOwnRequirements);
      files[kOwnRequirements] =
          absl::StrCat(absl::StrJoin(config_.requirement(), "\n"), "\n");
    }
    return AskToCompile(std::move(sources), std::move(files));
  }

  absl::StatusOr<LockedPackages> AskToCompile(
      std::vector<std::string> sources,
      std::map<std::string, std::string> files) {
    std::vector<std::string> argv = {
        "pip",      "compile",          "--universal",
        "--format", "pylock.toml",      "--only-binary",
        ":all:",    "--python-version", basis_.python_version()};
    for (const std::string& word : SourceArguments(config_, facts_)) {
      argv.push_back(word);
    }
    for (const std::string& name : request_.upgrade) {
      argv.insert(argv.end(), {"--upgrade-package", name});
    }
    if (!request_.before.empty()) {
      argv.insert(argv.end(), {"--output-file", kAnswer});
      files[kAnswer] = Preferences();
    }
    argv.insert(argv.end(), sources.begin(), sources.end());
    return Ask(std::move(argv), std::move(files));
  }

  // What is locked so far, in the form in which uv keeps to it.
  std::string Preferences() const {
    std::string text = "lock-version = \"1.0\"\ncreated-by = \"provision\"\n";
    std::set<std::string> names;
    for (const Lock::Artifact& artifact : request_.before) {
      if (!names.insert(artifact.name()).second) continue;
      absl::StrAppend(&text, "\n[[packages]]\nname = \"", artifact.name(),
                      "\"\nversion = \"", artifact.version(), "\"\n");
    }
    return text;
  }

  absl::StatusOr<LockedPackages> Ask(std::vector<std::string> arguments,
                                     std::map<std::string, std::string> files) {
    const PackageToolChoice choice = ChoosePackageTool(
        Config::UV, basis_.path(), basis_.environment(), false, facts_);
    if (!choice.tool.has_value()) {
      DiagnosticError error(absl::StatusCode::kFailedPrecondition,
                            "python_packages/no-tool",
                            "a lock for other platforms needs uv");
      for (const Refusal& refusal : choice.refused) {
        error.Tried(refusal.reason());
      }
      return error.Because(choice.missing)
          .Because("pip resolves for the host that it runs on alone")
          .Next(
              "install uv, or bring a pylock.toml and name its folder in "
              "project");
    }
    resolver_ = absl::StrCat("uv ", choice.tool->version);
    provision::Run question;
    for (const std::string& word : choice.tool->argv) question.add_argv(word);
    for (std::string& word : arguments) question.add_argv(std::move(word));
    if (basis_.environment() != nullptr) {
      question.add_argv("--python");
      question.add_argv(basis_.environment()->interpreter);
    }
    const ToolSettings settings =
        ReadToolSettings(config_, true, basis_.wanted().variables, facts_);
    for (const EnvironmentVariable& variable : settings.environment) {
      *question.add_environment() = variable;
    }
    for (const RunSecret& secret : settings.secrets) {
      *question.add_secret() = secret;
    }
    question.set_network(true);
    for (FailurePattern& failure : InstallFailures()) {
      *question.add_failure() = std::move(failure);
    }
    question.set_summary(absl::StrCat(resolver_, ": which versions"));
    PROVISION_ASSIGN_OR_RETURN(const std::string answer,
                               world_.Ask(question, files));
    return ReadPylock(absl::StrCat("answer of ", resolver_), answer,
                      facts_.scope().root);
  }

  // A requirement with hashes admits no other files of its project.
  void KeepAllowedHashes(LockedPackages& locked) const {
    std::map<std::string, std::set<std::string>> allowed;
    for (const RequirementEntry& entry : basis_.wanted().set.requirements) {
      if (entry.hashes.empty() || entry.source.name.empty()) continue;
      allowed[NormalizePythonName(entry.source.name)].insert(
          entry.hashes.begin(), entry.hashes.end());
    }
    for (LockedPackage& package : locked.packages) {
      const auto hashes = allowed.find(package.name);
      if (hashes == allowed.end()) continue;
      package.wheels.erase(
          std::remove_if(package.wheels.begin(), package.wheels.end(),
                         [&hashes](const LockedFile& wheel) {
                           return hashes->second.count(absl::StrCat(
                                      "sha256:", wheel.sha256)) == 0;
                         }),
          package.wheels.end());
    }
  }

  void Add(Lock::Artifact wheel) {
    const auto [there, is_new] =
        artifacts_.emplace(std::make_pair(wheel.file(), wheel.sha256()), wheel);
    if (!is_new) there->second.add_target(wheel.target(0));
  }

  const Config& config_;
  Facts& facts_;
  const ArtifactRequest& request_;
  OutsideWorld& world_;
  const StepBasis& basis_;
  std::string resolver_;
  std::map<std::pair<std::string, std::string>, Lock::Artifact> artifacts_;
};

}  // namespace

absl::StatusOr<Lock::Step> PythonPackagesResolver::Basis(
    const google::protobuf::Message& config, Facts& facts) const {
  StepBasis basis(static_cast<const Config&>(config), facts);
  PROVISION_RETURN_IF_ERROR(basis.Read());
  return basis.ForLock();
}

absl::StatusOr<ResolvedArtifacts> PythonPackagesResolver::Resolve(
    const google::protobuf::Message& config, Facts& facts,
    const ArtifactRequest& request, OutsideWorld& world) const {
  const Config& typed = static_cast<const Config&>(config);
  StepBasis basis(typed, facts);
  PROVISION_RETURN_IF_ERROR(basis.Read());
  return Resolving(typed, facts, request, world, basis).Run();
}

}  // namespace provision
