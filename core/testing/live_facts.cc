#include "core/testing/live_facts.h"

#include "core/facts/host_facts.h"

namespace provision {

std::unique_ptr<FactReader> NewLiveFacts(System& system) {
  return std::make_unique<HostFacts>(system);
}

}  // namespace provision
