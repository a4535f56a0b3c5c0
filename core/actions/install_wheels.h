#ifndef PROVISION_CORE_ACTIONS_INSTALL_WHEELS_H_
#define PROVISION_CORE_ACTIONS_INSTALL_WHEELS_H_

#include <memory>

#include "core/actions/action_handler.h"
#include "core/api/wheel_installer.h"

namespace provision {

// Installs wheels of the store into an environment: judged together, written
// into a hidden sibling and verified there, then brought in by as few renames
// as will do, in an order that is on record. What gives way is moved to another
// sibling, and kept as long as the run. Keeps `installer` by reference.
std::unique_ptr<ActionHandler> NewInstallWheelsHandler(
    const WheelInstaller& installer);

}  // namespace provision

#endif  // PROVISION_CORE_ACTIONS_INSTALL_WHEELS_H_
