#ifndef PROVISION_CORE_CLI_PLANNED_STATE_H_
#define PROVISION_CORE_CLI_PLANNED_STATE_H_

#include "absl/strings/string_view.h"
#include "core/api/event.pb.h"

namespace provision {

// The word that a preview has for what would become of a step: "already so".
absl::string_view PlannedStateWord(Event::StepPlanned::State state);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_PLANNED_STATE_H_
