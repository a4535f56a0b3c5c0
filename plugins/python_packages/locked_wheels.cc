#include "plugins/python_packages/locked_wheels.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/api/lock_text.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "core/host/lock_target.h"
#include "plugins/python_packages/locked_packages.h"

namespace provision {
namespace {

constexpr char kLockAgain[] = "make it anew: provision lock PLAN";

DiagnosticError Stale(absl::string_view message) {
  return DiagnosticError(absl::StatusCode::kFailedPrecondition, "lock/stale",
                         message)
      .Next(kLockAgain);
}

// The lock's answers for one step.
class StepAnswers {
 public:
  StepAnswers(const Lock& lock, const Lock::Step& step, Facts& facts)
      : lock_(lock), step_(step), facts_(facts) {}

  absl::Status CheckFresh(const PythonPackagesConfig& config,
                          const WantedPackages& wanted) {
    if (step_.config_sha256() != ConfigDigest(config)) {
      return Stale(absl::StrCat("step \"", step_.name(),
                                "\" changed since the lock was made"));
    }
    std::map<std::string, std::string> locked;
    for (const Lock::Step::Input& input : step_.input()) {
      locked[facts_.AbsolutePath(input.path())] = input.sha256();
    }
    for (const std::string& path : DecidingFiles(config, wanted, facts_)) {
      const auto input = locked.find(path);
      if (input == locked.end()) {
        return Stale(
            absl::StrCat(path, " was not there when the lock was made"));
      }
      if (facts_.Digest(path).sha256() != input->second) {
        return Stale(absl::StrCat(path, " changed since the lock was made"));
      }
      locked.erase(input);
    }
    if (!locked.empty()) {
      return Stale(absl::StrCat(locked.begin()->first,
                                " is gone since the lock was made"));
    }
    return absl::OkStatus();
  }

  absl::Status CheckPython(const PythonEnvironment* environment) const {
    if (environment == nullptr) return absl::OkStatus();
    const std::string& found = environment->markers.at("python_full_version");
    for (const Lock::Step::Condition& condition : step_.condition()) {
      if (condition.name() != "python_version" || condition.value() == found ||
          absl::StartsWith(found, condition.value() + ".")) {
        continue;
      }
      return DiagnosticError(
                 absl::StatusCode::kFailedPrecondition, "lock/python",
                 absl::StrCat("the lock is for Python ", condition.value()))
          .Found(absl::StrCat(environment->interpreter, " is ", found))
          .Next(kLockAgain);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<LockedWheels> ForHost() const {
    PROVISION_ASSIGN_OR_RETURN(const Lock::Target host, HostLockTarget(facts_));
    const Lock::Target* target = TargetForHost(lock_, host);
    if (target == nullptr) {
      return DiagnosticError(
                 absl::StatusCode::kFailedPrecondition, "lock/no-target",
                 absl::StrCat("the lock has no target that fits this host, ",
                              host.name()))
          .Next(absl::StrCat("provision lock PLAN --target ", host.name(),
                             ", and --target for each of the others"));
    }
    LockedWheels locked;
    locked.target = *target;
    for (const Lock::Artifact& artifact : lock_.artifact()) {
      if (artifact.kind() == Lock::WHEEL &&
          Has(artifact.step(), step_.name()) &&
          Has(artifact.target(), target->name())) {
        locked.wheels.push_back(artifact);
      }
    }
    return locked;
  }

 private:
  static bool Has(const google::protobuf::RepeatedPtrField<std::string>& names,
                  const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }

  const Lock& lock_;
  const Lock::Step& step_;
  Facts& facts_;
};

// Nothing if there is no lock, or if it says nothing of the step.
absl::StatusOr<absl::optional<LockedWheels>> FromLock(
    const PythonPackagesConfig& config, const WantedPackages& wanted,
    const PythonEnvironment* environment, Facts& facts) {
  const std::string& path = facts.scope().lock;
  if (path.empty()) return absl::nullopt;
  const auto content = facts.File(path);
  if (absl::IsNotFound(content.status())) return absl::nullopt;
  PROVISION_RETURN_IF_ERROR(content.status());
  PROVISION_ASSIGN_OR_RETURN(const Lock lock, ParseLock(path, *content));
  for (const Lock::Step& step : lock.step()) {
    if (step.name() != facts.scope().step) continue;
    StepAnswers answers(lock, step, facts);
    PROVISION_RETURN_IF_ERROR(answers.CheckFresh(config, wanted));
    PROVISION_RETURN_IF_ERROR(answers.CheckPython(environment));
    PROVISION_ASSIGN_OR_RETURN(LockedWheels locked, answers.ForHost());
    return locked;
  }
  return absl::nullopt;
}

absl::StatusOr<absl::optional<LockedWheels>> FromProject(
    const PythonPackagesConfig& config, const PythonEnvironment* environment,
    Facts& facts) {
  const std::string folder = facts.AbsolutePath(config.project());
  const std::string pylock = JoinPath(folder, "pylock.toml");
  const auto content = facts.File(pylock);
  if (!content.ok() && !absl::IsNotFound(content.status())) {
    return content.status();
  }
  if (!content.ok()) {
    return DiagnosticError(absl::StatusCode::kFailedPrecondition,
                           "lock/missing",
                           absl::StrCat("the plan has no lock, and ", folder,
                                        " no pylock.toml"))
        .Because("what a project needs is installed from a lock alone")
        .Next("provision lock PLAN");
  }
  PROVISION_ASSIGN_OR_RETURN(const LockedPackages packages,
                             ReadPylock(pylock, *content, folder));
  if (environment == nullptr) return absl::nullopt;
  LockedWheels locked;
  PROVISION_ASSIGN_OR_RETURN(locked.target, HostLockTarget(facts));
  PROVISION_ASSIGN_OR_RETURN(
      locked.wheels,
      ChooseWheels(packages, locked.target,
                   {environment->markers.at("python_full_version")}));
  return locked;
}

}  // namespace

absl::StatusOr<absl::optional<LockedWheels>> FindLockedWheels(
    const PythonPackagesConfig& config, const WantedPackages& wanted,
    const PythonEnvironment* environment, Facts& facts) {
  PROVISION_ASSIGN_OR_RETURN(absl::optional<LockedWheels> locked,
                             FromLock(config, wanted, environment, facts));
  if (!locked.has_value() && !config.project().empty()) {
    PROVISION_ASSIGN_OR_RETURN(locked, FromProject(config, environment, facts));
  }
  if (locked.has_value()) {
    std::sort(locked->wheels.begin(), locked->wheels.end(),
              [](const Lock::Artifact& a, const Lock::Artifact& b) {
                return a.name() < b.name();
              });
  }
  return locked;
}

}  // namespace provision
