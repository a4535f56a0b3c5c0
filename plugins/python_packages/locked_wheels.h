#ifndef PROVISION_PLUGINS_PYTHON_PACKAGES_LOCKED_WHEELS_H_
#define PROVISION_PLUGINS_PYTHON_PACKAGES_LOCKED_WHEELS_H_

// The wheels that a step is pinned to on this host.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "core/api/facts.h"
#include "core/api/lock.pb.h"
#include "plugins/python_packages/project_files.h"
#include "plugins/python_packages/python_environment.h"
#include "plugins/python_packages/python_packages.pb.h"

namespace provision {

struct LockedWheels {
  Lock::Target target;
  // Sorted by name, each project once.
  std::vector<Lock::Artifact> wheels;
};

// What the plan's lock says of the step, else the pylock.toml of its project;
// nothing if neither is there and no project is named. `environment` is null
// while it does not exist yet; then a project without a place in the lock has
// no wheels yet. Errors: those of ParseLock and ReadPylock; `lock/stale` if the
// step or a file that it rests on changed, `lock/no-target`, `lock/python`,
// `lock/missing` for a project without any lock.
absl::StatusOr<absl::optional<LockedWheels>> FindLockedWheels(
    const PythonPackagesConfig& config, const WantedPackages& wanted,
    const PythonEnvironment* environment, Facts& facts);

}  // namespace provision

#endif  // PROVISION_PLUGINS_PYTHON_PACKAGES_LOCKED_WHEELS_H_
