#ifndef PROVISION_PLUGINS_PYTHON_PACKAGES_TOOL_SETTINGS_H_
#define PROVISION_PLUGINS_PYTHON_PACKAGES_TOOL_SETTINGS_H_

// What of the caller's environment uv or pip is to have: index, trust, proxy.
// The core's children inherit none of it, so all is read as facts and handed
// on; a value with user and password is handed on by reference.

#include <set>
#include <string>
#include <vector>

#include "absl/types/optional.h"
#include "core/api/action.pb.h"
#include "core/api/facts.h"
#include "core/base/diagnostic.pb.h"
#include "plugins/python_packages/python_packages.pb.h"

namespace provision {

struct ToolSettings {
  std::vector<EnvironmentVariable> environment;  // sorted by name
  std::vector<RunSecret> secrets;                // sorted by name
  std::vector<Diagnostic> diagnostics;
};

// `names` are further variables to hand on: those that requirement files use.
ToolSettings ReadToolSettings(const PythonPackagesConfig& config, bool is_uv,
                              const std::set<std::string>& names, Facts& facts);

// A pip.conf that may name an index, which uv would not read; nothing if there
// is none, or if plan or variables name an index for uv.
absl::optional<std::string> FindPipConfiguration(
    const PythonPackagesConfig& config, const std::string& environment,
    Facts& facts);

// A variable of the caller without its value, if that is a secret.
struct HostVariable {
  bool is_set = false;
  bool is_secret = false;
  std::string value;
};
HostVariable ReadHostVariable(const std::string& name, Facts& facts);

}  // namespace provision

#endif  // PROVISION_PLUGINS_PYTHON_PACKAGES_TOOL_SETTINGS_H_
