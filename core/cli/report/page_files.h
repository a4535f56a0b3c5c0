#ifndef PROVISION_CORE_CLI_REPORT_PAGE_FILES_H_
#define PROVISION_CORE_CLI_REPORT_PAGE_FILES_H_

#include "absl/strings/string_view.h"

namespace provision {

// page.html, page.css and page.js, which stand beside this file.
absl::string_view PageHtml();
absl::string_view PageStyle();
absl::string_view PageScript();

}  // namespace provision

#endif  // PROVISION_CORE_CLI_REPORT_PAGE_FILES_H_
