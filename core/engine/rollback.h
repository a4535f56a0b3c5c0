#ifndef PROVISION_CORE_ENGINE_ROLLBACK_H_
#define PROVISION_CORE_ENGINE_ROLLBACK_H_

#include <string>

#include "core/engine/engine.h"
#include "core/engine/exit_code.h"

namespace provision {

struct RollbackRequest {
  // Id of a run or its beginning; "" is the newest.
  std::string run;
  // Only this step, and those that depend on it; "" is the whole run.
  std::string step;
  // Say what would be undone, and change nothing.
  bool preview = false;
};

// Undoes what a run committed, newest first, from its own records: needs
// neither the plan file nor a provisioner nor the network (reliability.md 8).
// What someone else changed since is left alone (3), what has no inverse is
// named (1). Killed at any instant, the same call goes on.
ExitCode Rollback(Engine& engine, const RollbackRequest& request);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_ROLLBACK_H_
