#ifndef PROVISION_CORE_BASE_HOST_IDENTITY_H_
#define PROVISION_CORE_BASE_HOST_IDENTITY_H_

#include <string>

#include "core/base/system.h"

namespace provision {

// What tells this host from others that share a home directory: SHA-256 of
// /etc/machine-id without its line end, or of the host name where that file is
// missing or empty; the first 32 hex digits.
std::string HostId(System& system);

// Changes with each boot; "" where the kernel tells none.
std::string BootId(System& system);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_HOST_IDENTITY_H_
