#ifndef PROVISION_PLUGINS_PYTHON_PACKAGES_PROJECT_FILES_H_
#define PROVISION_PLUGINS_PYTHON_PACKAGES_PROJECT_FILES_H_

// What a step asks for, read from the files that it names.

#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "core/api/facts.h"
#include "core/host/requirements_file.h"
#include "plugins/python_packages/python_packages.pb.h"

namespace provision {

struct WantedPackages {
  RequirementSet set;
  // Variables that the requirement files use.
  std::set<std::string> variables;
  // A file that an earlier step has yet to write, and that step.
  std::string awaited_path;
  absl::optional<std::string> awaited_step;
};

// Reads requirement files and constraints, or the direct dependencies in the
// project's pyproject.toml. What is wrong in them is in the set's diagnostics.
absl::StatusOr<WantedPackages> ReadWantedPackages(
    const PythonPackagesConfig& config, Facts& facts);

// The files that decide what a step gets, absolute, each once: what a lock
// rests on. Those of a project are the ones that are there.
std::vector<std::string> DecidingFiles(const PythonPackagesConfig& config,
                                       const WantedPackages& wanted,
                                       Facts& facts);

}  // namespace provision

#endif  // PROVISION_PLUGINS_PYTHON_PACKAGES_PROJECT_FILES_H_
