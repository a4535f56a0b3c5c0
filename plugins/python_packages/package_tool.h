#ifndef PROVISION_PLUGINS_PYTHON_PACKAGES_PACKAGE_TOOL_H_
#define PROVISION_PLUGINS_PYTHON_PACKAGES_PACKAGE_TOOL_H_

// Which uv or pip installs: chosen on the host that will run it, by running it.

#include <string>
#include <vector>

#include "absl/types/optional.h"
#include "core/api/facts.h"
#include "core/api/proposal.pb.h"
#include "plugins/python_packages/python_environment.h"
#include "plugins/python_packages/python_packages.pb.h"

namespace provision {

struct PackageTool {
  bool is_uv = false;
  std::string version;
  // Words before `pip install` for uv, before `install` for pip.
  std::vector<std::string> argv;
};

struct PackageToolChoice {
  absl::optional<PackageTool> tool;
  // What was tried and is of no use, or was passed over, with the reason.
  std::vector<Refusal> refused;
  // There is nothing of this kind to try: "no uv on PATH, in ...".
  std::string missing;
};

// `environment` is null while it does not exist yet; `path` is where it is or
// will be. `prefer_pip`: the host has settings that uv would not
// read, so AUTO tries pip first.
PackageToolChoice ChoosePackageTool(
    PythonPackagesConfig::PackageManager manager, const std::string& path,
    const PythonEnvironment* environment, bool prefer_pip, Facts& facts);

}  // namespace provision

#endif  // PROVISION_PLUGINS_PYTHON_PACKAGES_PACKAGE_TOOL_H_
