#include "plugins/builtin/builtin.h"

#include <memory>

#include "core/base/status_macros.h"
#include "plugins/command/command_provisioner.h"
#include "plugins/files/files_provisioner.h"
#include "plugins/python/python_provisioner.h"
#include "plugins/python_packages/python_packages_provisioner.h"

namespace provision {

absl::Status RegisterBuiltins(Registry& registry) {
  PROVISION_RETURN_IF_ERROR(
      registry.Register(std::make_unique<CommandProvisioner>()));
  PROVISION_RETURN_IF_ERROR(
      registry.Register(std::make_unique<FilesProvisioner>()));
  PROVISION_RETURN_IF_ERROR(
      registry.Register(std::make_unique<PythonProvisioner>()));
  PROVISION_RETURN_IF_ERROR(
      registry.Register(std::make_unique<PythonPackagesProvisioner>()));
  return absl::OkStatus();
}

}  // namespace provision
