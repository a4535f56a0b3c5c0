#include "core/cli/report/html.h"

#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "core/cli/display_text.h"

namespace provision {

std::string HtmlText(absl::string_view text) {
  return absl::StrReplaceAll(EscapeUntrusted(text, /*ascii=*/false),
                             {{"&", "&amp;"},
                              {"<", "&lt;"},
                              {">", "&gt;"},
                              {"\"", "&quot;"},
                              {"'", "&#39;"}});
}

std::string HtmlLines(absl::string_view text) {
  std::vector<std::string> lines;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    lines.push_back(HtmlText(line));
  }
  return absl::StrJoin(lines, "\n");
}

std::string HtmlJson(absl::string_view json) {
  return absl::StrReplaceAll(
      json, {{"<", "\\u003c"}, {">", "\\u003e"}, {"&", "\\u0026"}});
}

}  // namespace provision
