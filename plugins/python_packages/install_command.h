#ifndef PROVISION_PLUGINS_PYTHON_PACKAGES_INSTALL_COMMAND_H_
#define PROVISION_PLUGINS_PYTHON_PACKAGES_INSTALL_COMMAND_H_

// The actions by which a tool brings an environment to a set of requirements.

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/api/action.pb.h"
#include "core/api/facts.h"
#include "core/host/requirements_file.h"
#include "plugins/python_packages/installed_distributions.h"
#include "plugins/python_packages/package_tool.h"
#include "plugins/python_packages/python_packages.pb.h"
#include "plugins/python_packages/tool_settings.h"

namespace provision {

// The arguments, for uv and pip alike, that say where files come from.
std::vector<std::string> SourceArguments(const PythonPackagesConfig& config,
                                         Facts& facts);

// Keeps its arguments by reference.
class InstallCommand {
 public:
  // `environment` is the absolute path of the environment.
  InstallCommand(const PythonPackagesConfig& config, const RequirementSet& set,
                 const PackageTool& tool, const ToolSettings& settings,
                 const std::string& environment, Facts& facts)
      : config_(config),
        set_(set),
        tool_(tool),
        settings_(settings),
        environment_(environment),
        facts_(facts) {}

  // What installs what is missing (if `install`) and brings back exactly the
  // damaged ones. uv does both at once. pip fetches the damaged ones before it
  // takes them away; only where hashes or credentials stand in the files, which
  // it would then not read, it takes them away first.
  std::vector<Action> Actions(
      bool install, const std::vector<InstalledDistribution>& damaged) const;

 private:
  void AddRequirements(std::vector<std::string>& argv) const;
  bool OptionsCanBeRepeated() const;
  void RepeatOptions(std::vector<std::string>& argv) const;
  Action MakeRun(std::vector<std::string> argv, absl::string_view summary,
                 bool network) const;
  Action Install(const std::vector<InstalledDistribution>& reinstall) const;
  Action Reinstall(const std::vector<InstalledDistribution>& damaged) const;
  Action Uninstall(const std::vector<InstalledDistribution>& damaged) const;

  const PythonPackagesConfig& config_;
  const RequirementSet& set_;
  const PackageTool& tool_;
  const ToolSettings& settings_;
  const std::string& environment_;
  Facts& facts_;
};

}  // namespace provision

#endif  // PROVISION_PLUGINS_PYTHON_PACKAGES_INSTALL_COMMAND_H_
