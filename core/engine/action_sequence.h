#ifndef PROVISION_CORE_ENGINE_ACTION_SEQUENCE_H_
#define PROVISION_CORE_ENGINE_ACTION_SEQUENCE_H_

#include <vector>

#include "absl/status/status.h"
#include "core/engine/engine.h"
#include "core/engine/executor.h"
#include "core/engine/step_action.h"

namespace provision {

// How the actions of a step, a rung or a follow-up ended together.
struct SequenceEnd {
  int committed = 0;
  int done_once = 0;
  int assumed = 0;
  // Of the action that ended it; OK if all are done.
  absl::Status status = absl::OkStatus();
  bool in_doubt = false;
  // The one that failed; nullptr if none did, or none was begun since.
  const StepAction* failed = nullptr;
};

// Performs `actions` in their order, up to the first that does not succeed or
// the first before which a stop was requested; file actions that follow each
// other as groups. `actions` outlive the result.
SequenceEnd PerformInOrder(Engine& engine, Executor& executor,
                           const std::vector<StepAction>& actions);

// The same for the sequences of several steps, none of which has to wait for
// another: their file actions share groups. One end each; a sequence that ends
// early holds up no other.
std::vector<SequenceEnd> PerformTogether(
    Engine& engine, Executor& executor,
    const std::vector<std::vector<StepAction>>& sequences);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_ACTION_SEQUENCE_H_
