#ifndef PROVISION_CORE_TESTING_LIVE_FACTS_H_
#define PROVISION_CORE_TESTING_LIVE_FACTS_H_

#include <memory>

#include "core/api/facts.h"
#include "core/base/system.h"

namespace provision {

// The facts of a system as it is, for a provisioner's proof that runs real
// tools. Keeps `system` by reference.
std::unique_ptr<FactReader> NewLiveFacts(System& system);

}  // namespace provision

#endif  // PROVISION_CORE_TESTING_LIVE_FACTS_H_
