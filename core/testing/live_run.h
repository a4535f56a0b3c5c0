#ifndef PROVISION_CORE_TESTING_LIVE_RUN_H_
#define PROVISION_CORE_TESTING_LIVE_RUN_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/actions/action_handler.h"
#include "core/api/event.pb.h"
#include "core/api/facts.h"
#include "core/api/wheel_installer.h"
#include "core/base/system.h"
#include "core/plugin/registry.h"

namespace provision {

// The engine on a real system, for a provisioner's proof: a plan's text goes
// in, the real actions and checks are performed. The plan, the state and the
// store are in one folder. Keeps all but the folder's name by reference.
class LiveRun {
 public:
  LiveRun(System& system, FactReader& facts, const Registry& registry,
          const ArtifactReaders& readers, absl::string_view folder);

  // Judges and applies a plan; a failure of the test if it is refused. Returns
  // "STEP changed: TEXT", "STEP already so", "STEP failed: MESSAGE" of each
  // step, in the order in which they ended.
  std::vector<std::string> Apply(absl::string_view plan);

  const std::vector<Event>& events() const { return events_; }

 private:
  System& system_;
  FactReader& facts_;
  const Registry& registry_;
  ActionHandlers handlers_;
  std::string folder_;
  std::vector<Event> events_;
};

}  // namespace provision

#endif  // PROVISION_CORE_TESTING_LIVE_RUN_H_
