#ifndef PROVISION_CORE_CLI_REPORT_HTML_H_
#define PROVISION_CORE_CLI_REPORT_HTML_H_

#include <string>

#include "absl/strings/string_view.h"

namespace provision {

// `text` from outside as HTML text or as the value of a quoted attribute, on
// one line: no tag, no entity, and what is invisible or turns the direction of
// reading is spelt out.
std::string HtmlText(absl::string_view text);

// The same for several lines, whose ends stay.
std::string HtmlLines(absl::string_view text);

// JSON as the content of a <script type="application/json">, which nothing in
// it can end.
std::string HtmlJson(absl::string_view json);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_REPORT_HTML_H_
