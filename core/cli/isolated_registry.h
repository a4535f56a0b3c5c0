#ifndef PROVISION_CORE_CLI_ISOLATED_REGISTRY_H_
#define PROVISION_CORE_CLI_ISOLATED_REGISTRY_H_

#include "core/base/system.h"
#include "core/plugin/registry.h"

namespace provision {

// The provisioners of `linked`, each in a process of its own: this program,
// started again as `serve NAME` when the provisioner is first asked.
Registry IsolatedRegistry(System& system, const Registry& linked);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_ISOLATED_REGISTRY_H_
