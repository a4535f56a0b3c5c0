#ifndef PROVISION_CORE_CLI_REPORT_TIMELINE_HTML_H_
#define PROVISION_CORE_CLI_REPORT_TIMELINE_HTML_H_

#include <string>

#include "core/cli/report/report.pb.h"

namespace provision {

// When each step was at work: a row a step, a bar an action, and where the run
// was begun again. Empty if there are no times. Pure.
std::string TimelineHtml(const Report& report);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_REPORT_TIMELINE_HTML_H_
