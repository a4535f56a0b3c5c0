#ifndef PROVISION_CORE_BASE_LOCAL_SYSTEM_H_
#define PROVISION_CORE_BASE_LOCAL_SYSTEM_H_

#include <memory>

#include "core/base/system.h"

namespace provision {

// This machine, as the user who runs this process. Its stop requests are those
// of InstallStopRequests(), which main calls.
std::unique_ptr<System> NewLocalSystem();

}  // namespace provision

#endif  // PROVISION_CORE_BASE_LOCAL_SYSTEM_H_
