#ifndef PROVISION_CORE_CLI_REPORT_STATE_MARK_H_
#define PROVISION_CORE_CLI_REPORT_STATE_MARK_H_

#include "absl/strings/string_view.h"

namespace provision {

// How a state of a step or of an action is marked on a page, and by which role
// in a terminal. The word stands beside it.
struct StateMark {
  absl::string_view sign;
  absl::string_view css_class;  // good, bad, attention, held, quiet, new
};

// `state` as in report.proto; one that is unknown is quiet.
StateMark MarkOf(absl::string_view state);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_REPORT_STATE_MARK_H_
