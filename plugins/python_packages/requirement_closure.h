#ifndef PROVISION_PLUGINS_PYTHON_PACKAGES_REQUIREMENT_CLOSURE_H_
#define PROVISION_PLUGINS_PYTHON_PACKAGES_REQUIREMENT_CLOSURE_H_

// Whether what is installed meets a set of requirements, with all that those
// require in turn.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/host/python_marker.h"
#include "core/host/requirements_file.h"
#include "plugins/python_packages/installed_distributions.h"

namespace provision {

struct RequirementClosure {
  // Normalised names of the installed distributions that are needed, sorted.
  std::vector<std::string> needed;
  // What is not met and why, in words: "numpy: not installed".
  std::vector<std::string> unmet;
  // Metadata that cannot be read, which is then not looked at.
  std::vector<std::string> unreadable;
  // Names of the requirements of `set` that apply here, as written, sorted.
  std::vector<std::string> top_level;
};

// `root` is the folder that paths in requirements are relative to; `sha256`
// gives the digest of a file, or nothing.
RequirementClosure CloseRequirements(
    const RequirementSet& set,
    const std::map<std::string, InstalledDistribution>& installed,
    const PythonMarkerEnvironment& markers, const std::string& root,
    const std::function<std::string(const std::string& path)>& sha256);

}  // namespace provision

#endif  // PROVISION_PLUGINS_PYTHON_PACKAGES_REQUIREMENT_CLOSURE_H_
