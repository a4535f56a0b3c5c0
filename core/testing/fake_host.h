#ifndef PROVISION_CORE_TESTING_FAKE_HOST_H_
#define PROVISION_CORE_TESTING_FAKE_HOST_H_

#include <memory>

#include "core/api/facts.h"
#include "core/testing/fake_system.h"

namespace provision {

// A FakeSystem with the real fact readers on top, so that a provisioner's test
// states files, links and commands, and links are followed as on a host.
//
//   FakeHost host;
//   host.AddFile("/etc/motd", "hello\n");
//   Facts facts(host.facts(), {.root = "/plan"});
class FakeHost : public FakeSystem {
 public:
  FakeHost();
  ~FakeHost() override;

  FactReader& facts() { return *facts_; }

 private:
  std::unique_ptr<FactReader> facts_;
};

}  // namespace provision

#endif  // PROVISION_CORE_TESTING_FAKE_HOST_H_
