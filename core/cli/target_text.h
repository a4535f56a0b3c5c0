#ifndef PROVISION_CORE_CLI_TARGET_TEXT_H_
#define PROVISION_CORE_CLI_TARGET_TEXT_H_

#include <string>

#include "core/base/system.h"

namespace provision {

// "linux/amd64", as targets are called.
std::string TargetText(const SystemNames& names);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_TARGET_TEXT_H_
