#ifndef PROVISION_CORE_TESTING_CONFORMANCE_H_
#define PROVISION_CORE_TESTING_CONFORMANCE_H_

// What every provisioner keeps, tried on a host in memory by the real engine.
//
//   TEST(FilesConformanceTest, Keeps) {
//     CheckConformance({
//         .provisioner = [] { return std::make_unique<FilesProvisioner>(); },
//         .step = "[provision.files] { file { path: 'a' content: 'x' } }",
//         .unusable = "[provision.files] { file { path: 'a' } }",
//     });
//   }

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/api/provisioner.h"
#include "core/testing/fake_system.h"

namespace provision {

struct ConformanceCase {
  std::function<std::unique_ptr<Provisioner>()> provisioner;
  // The text of a Step, without a name; relative paths are below /srv.
  std::string step;
  // The same with a config that can never be applied.
  std::string unusable;
  // What is there before; the provisioner has to have something to do. /srv is
  // there already.
  std::function<void(FakeSystem&)> host = [](FakeSystem&) {};
  // Whether a rollback leaves the host as it was.
  bool is_reversible = true;
  // The proposal stays, though all of it is as wanted: a secret is compared by
  // the core alone, and a command that nothing guards runs once.
  bool is_always_proposed = false;
  // Values of secrets that `host` has, each of more than 7 characters.
  std::vector<std::string> canaries = {};
};

// Fails the test unless, linked and again over the wire of plugins,
// - the unusable config is refused and the other is not;
// - proposing twice, and again from the facts on record alone, gives the same
//   bytes;
// - only actions are proposed that the BUILD file of the plugin declares
//   (of a test that `provision_plugin` made);
// - performed, the checks hold, and the next proposal is empty;
// - the preview shows exactly the actions that then run;
// - a second run performs nothing and writes nothing;
// - killed at any host operation, before or in the middle of it, with or
//   without the loss of what was not synced (over the wire: in the middle, with
//   the loss), the same command converges to the same;
// - rolled back, the host is as before;
// - no canary is in the preview, an event, a command's words or the state.
void CheckConformance(const ConformanceCase& tried);

}  // namespace provision

#endif  // PROVISION_CORE_TESTING_CONFORMANCE_H_
