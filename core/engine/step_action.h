#ifndef PROVISION_CORE_ENGINE_STEP_ACTION_H_
#define PROVISION_CORE_ENGINE_STEP_ACTION_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "core/actions/action_handler.h"
#include "core/api/proposal.pb.h"
#include "core/journal/journal.pb.h"
#include "core/plan/checked_plan.h"

namespace provision {

// One action at its place in a step.
struct StepAction {
  std::string step;
  std::string rung;  // "" outside a ladder
  Action action;
  ActionId id;
  int number = 0;   // from 1, within the step or rung
  int attempt = 1;  // of the step
  absl::Duration deadline = absl::Hours(1);
  // The action is (part of) this follow-up.
  absl::optional<FollowUpDigest> follow_up;
  // Held beside those of the action: what its step needs.
  std::vector<std::string> mutexes;
  // Of the folder that paths are shown relative to.
  std::string root;
};

// `action` of what `step` proposed, with what the step says of all its actions;
// id, number and rung are for the caller to fill.
StepAction ActionOf(const CheckedStep& step, const Proposal& proposal,
                    const Action& action);

// The ids of the actions of one step, in their order: equal actions get
// ordinals. An input file that cannot be read counts as absent; a secret whose
// version cannot be had is an error.
absl::StatusOr<std::vector<ActionId>> IdentifyActions(
    absl::string_view step,
    const google::protobuf::RepeatedPtrField<Action>& actions, System& system,
    SecretResolver* secrets);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_STEP_ACTION_H_
