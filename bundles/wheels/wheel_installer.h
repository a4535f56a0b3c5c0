#ifndef PROVISION_BUNDLES_WHEELS_WHEEL_INSTALLER_H_
#define PROVISION_BUNDLES_WHEELS_WHEEL_INSTALLER_H_

// The installer that main hands to the core (core/api/wheel_installer.h).

#include <memory>

#include "core/api/wheel_installer.h"

namespace provision {

// Works on up to `threads` threads at once; with one it does the same in the
// same order each time.
std::unique_ptr<WheelInstaller> NewWheelInstaller(int threads);

}  // namespace provision

#endif  // PROVISION_BUNDLES_WHEELS_WHEEL_INSTALLER_H_
