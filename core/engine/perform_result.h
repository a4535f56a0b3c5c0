#ifndef PROVISION_CORE_ENGINE_PERFORM_RESULT_H_
#define PROVISION_CORE_ENGINE_PERFORM_RESULT_H_

#include "absl/status/status.h"

namespace provision {

// What became of one action.
struct PerformResult {
  enum class Outcome {
    kCommitted,
    kAlreadyAsWanted,
    kDoneOnce,  // RUN_ONCE, committed earlier
    kAssumed,   // --assume-done
    kFailed,
    kInDoubt,
    kNotBegun,  // of a group: an earlier one failed, or the run is to stop
  };
  Outcome outcome = Outcome::kCommitted;
  absl::Status status = absl::OkStatus();  // why it failed or is in doubt
};

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_PERFORM_RESULT_H_
