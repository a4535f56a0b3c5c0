#ifndef PROVISION_CORE_ENGINE_STEP_ATTEMPT_H_
#define PROVISION_CORE_ENGINE_STEP_ATTEMPT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "core/api/proposal.pb.h"

namespace provision {

// How one attempt at a step ended.
struct StepAttempt {
  enum class End {
    kAlreadySo,
    kChanged,
    kDoneOnce,
    kAssumed,
    kNotHere,
    kFailed,
    kInDoubt,
    kNeedsRoot,
    kNeedsReboot,
    kStopped,
  };
  End end = End::kFailed;
  absl::Status status;
  std::string text;  // what the step's line says
  std::string rung;
  int actions = 0;
  bool reboot_after = false;
  // What failed must not be started again by a retry.
  bool unsafe = false;
  // What an earlier run did was taken back: the step is to be proposed anew.
  bool propose_again = false;
  std::vector<Refusal> refused;
  std::string guide;
};

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_STEP_ATTEMPT_H_
