#include "core/cli/planned_state.h"

namespace provision {

absl::string_view PlannedStateWord(Event::StepPlanned::State state) {
  switch (state) {
    case Event::StepPlanned::ALREADY_SO:
      return "already so";
    case Event::StepPlanned::NEW:
      return "new";
    case Event::StepPlanned::CHANGE:
      return "change";
    case Event::StepPlanned::REMOVE:
      return "remove";
    case Event::StepPlanned::NOT_HERE:
      return "not here";
    case Event::StepPlanned::REFUSED:
      return "refused";
    case Event::StepPlanned::CHECKS_DUE:
      return "to check";
    case Event::StepPlanned::UNKNOWN:
    case Event::StepPlanned::UNSPECIFIED:
      break;
  }
  return "unknown";
}

}  // namespace provision
