#ifndef PROVISION_CORE_CLI_REPORT_PAGE_H_
#define PROVISION_CORE_CLI_REPORT_PAGE_H_

#include <string>

#include "core/cli/report/report.pb.h"

namespace provision {

// A report as one HTML file (cli.md 7): style, script and data are in it, it
// asks the network for nothing, and its policy would not let it. Without script
// all can be read. The same report gives the same bytes.
std::string ReportPage(const Report& report);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_REPORT_PAGE_H_
