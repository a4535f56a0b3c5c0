#include "core/cli/isolated_registry.h"

#include <cstdlib>
#include <map>
#include <memory>
#include <string>

#include "core/base/child_environment.h"
#include "core/base/plugin_process.h"
#include "core/base/status_macros.h"
#include "core/plugin/plugin_connection.h"
#include "core/plugin/wire_provisioner.h"

namespace provision {

Registry IsolatedRegistry(System& system, const Registry& linked) {
  const std::map<std::string, std::string> environment =
      ChildEnvironment(system);
  Registry isolated;
  for (const std::string& name : linked.names()) {
    const Provisioner* provisioner = *linked.FindByName(name);
    const auto start =
        [name, environment]() -> absl::StatusOr<std::unique_ptr<ByteChannel>> {
      PROVISION_ASSIGN_OR_RETURN(PluginProgram program,
                                 ThisProgram({"serve", name}));
      program.environment = environment;
      return StartPluginProcess(program);
    };
    const absl::Status registered =
        isolated.Register(std::make_unique<WireProvisioner>(
            Declaration{.config = provisioner->config(),
                        .invariants = provisioner->invariants()},
            std::make_unique<PluginConnection>(name, start)));
    // The same configs are registered in `linked` already.
    if (!registered.ok()) std::abort();
  }
  return isolated;
}

}  // namespace provision
