#ifndef PROVISION_CORE_CLI_REPORT_STEP_HTML_H_
#define PROVISION_CORE_CLI_REPORT_STEP_HTML_H_

#include <string>

#include "core/base/diagnostic.pb.h"
#include "core/cli/report/report.pb.h"

namespace provision {

// Step `i` of `report`: a line, and below it all that is known. Its id is
// "s<i>". Pure.
std::string StepHtml(const Report& report, int i);

// A diagnostic with what is known and what to do next. Pure.
std::string DiagnosticHtml(const Diagnostic& diagnostic);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_REPORT_STEP_HTML_H_
