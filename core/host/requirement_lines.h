#ifndef PROVISION_CORE_HOST_REQUIREMENT_LINES_H_
#define PROVISION_CORE_HOST_REQUIREMENT_LINES_H_

// The logical lines of a requirement file: continuations joined, comments
// stripped, `${VAR}` expanded, in that order and by pip's rules, with the place
// in the file that each byte of the result came from.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace provision {

// The value of an environment variable, nothing when it is not set.
using VariableLookup =
    std::function<absl::optional<std::string>(const std::string& name)>;

struct RequirementLine {
  // Stripped and expanded; empty for a blank line or a comment.
  std::string text;
  // For each byte of `text`, and for its end, its offset in the file's text.
  std::vector<uint32_t> offsets;
  // The part of the file's text that the line covers, line breaks included.
  // The lines cover it without gaps, so joining them gives the file again.
  uint32_t begin = 0;
  uint32_t end = 0;
  // Variables left as they stand because they are in the user info of a URL:
  // their values are secrets and are not looked up.
  std::vector<std::string> secret_variables;
};

std::vector<RequirementLine> SplitRequirementLines(
    absl::string_view text, const VariableLookup& variable);

// One word of a line of options.
struct OptionWord {
  std::string text;  // without quotes and escapes
  size_t begin = 0;  // its offset in the line
};

// The word at `at`, which is not white space, by the rules of a POSIX shell
// (quotes, backslash); moves `at` behind it. An error carries the offset of the
// quote without an end (core/host/error_offset.h).
absl::StatusOr<OptionWord> TakeOptionWord(absl::string_view line, size_t& at);

// Line and column, both from 1; the column counts characters.
struct LineColumn {
  int line = 0;
  int column = 0;
};
LineColumn FindLineColumn(absl::string_view text, size_t offset);

}  // namespace provision

#endif  // PROVISION_CORE_HOST_REQUIREMENT_LINES_H_
