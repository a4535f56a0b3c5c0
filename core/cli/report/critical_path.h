#ifndef PROVISION_CORE_CLI_REPORT_CRITICAL_PATH_H_
#define PROVISION_CORE_CLI_REPORT_CRITICAL_PATH_H_

#include "core/cli/report/report.pb.h"

namespace provision {

// Marks the chain of steps that decided how long the run took: the step that
// ended last, of those it comes after the one that ended last, and so on. Marks
// nothing if there are no times. Pure.
void MarkCriticalPath(Report* report);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_REPORT_CRITICAL_PATH_H_
