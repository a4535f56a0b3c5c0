#include "plugins/python_packages/command_answer.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace provision {
namespace {

// The last line that is not blank: where programs put what went wrong.
absl::string_view LastLine(absl::string_view text) {
  const std::vector<absl::string_view> lines =
      absl::StrSplit(text, '\n', absl::SkipWhitespace());
  return lines.empty() ? "" : absl::StripAsciiWhitespace(lines.back());
}

}  // namespace

std::string CommandTrouble(const FactValue::Command& command, int deadline_s) {
  switch (command.outcome()) {
    case FactValue::Command::EXITED: {
      if (command.status() == 0) return "";
      absl::string_view line = LastLine(command.standard_error());
      if (line.empty()) line = LastLine(command.standard_output());
      return absl::StrCat("ends with ", command.status(),
                          line.empty() ? "" : ": ", line.substr(0, 200));
    }
    case FactValue::Command::SIGNALED:
      return absl::StrCat("is ended by signal ", command.status());
    case FactValue::Command::DEADLINE:
      return absl::StrCat("does not answer within ", deadline_s, " s");
    case FactValue::Command::NOT_STARTED:
    case FactValue::Command::UNSPECIFIED:
      break;
  }
  return absl::StrCat("cannot be started: ", command.text());
}

}  // namespace provision
