#ifndef PROVISION_CORE_CLI_REPORT_REPORT_TEXT_H_
#define PROVISION_CORE_CLI_REPORT_REPORT_TEXT_H_

#include <string>

#include "core/cli/report/report.pb.h"
#include "core/cli/terminal_style.h"

namespace provision {

// A report for the terminal: a line a step, with its time; what went wrong;
// what goes on. With --detail full every action and check. `with_log`: what
// commands said.
std::string ReportText(const Report& report, bool with_log,
                       const TerminalStyle& style);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_REPORT_REPORT_TEXT_H_
