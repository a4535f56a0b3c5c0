#include "core/testing/fake_host.h"

#include "core/facts/host_facts.h"

namespace provision {

FakeHost::FakeHost() : facts_(std::make_unique<HostFacts>(*this)) {}

FakeHost::~FakeHost() = default;

}  // namespace provision
