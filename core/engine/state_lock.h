#ifndef PROVISION_CORE_ENGINE_STATE_LOCK_H_
#define PROVISION_CORE_ENGINE_STATE_LOCK_H_

#include <memory>

#include "absl/status/statusor.h"
#include "core/engine/engine.h"
#include "core/journal/state_directory.h"

namespace provision {

// The state directory of `engine`, locked. On a file system that takes no locks
// (reliability.md 9.3) the default one moves to the first local folder that
// does, for good, and the run says so; where there is none, or the user named
// the folder, --no-state-lock goes on without a lock, and without it
// kFailedPrecondition `state/no-locks`. `run/locked` as StateDirectory::Lock().
absl::StatusOr<std::unique_ptr<StateDirectory>> OpenLockedState(Engine& engine);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_STATE_LOCK_H_
