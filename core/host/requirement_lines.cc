#include "core/host/requirement_lines.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "core/base/url_user_info.h"
#include "core/host/error_offset.h"
#include "core/host/python_whitespace.h"

namespace provision {
namespace {

// A `#` at the start, or after white space: the first byte of the white space.
size_t FindComment(absl::string_view text) {
  size_t space_begin = 0;
  bool in_space = true;  // the start of the line counts as white space
  for (size_t i = 0; i < text.size();) {
    if (text[i] == '#' && in_space) return space_begin;
    const size_t space = PythonSpaceAt(text, i);
    if (space != 0 && !in_space) space_begin = i;
    in_space = space != 0;
    i += space != 0 ? space : 1;
  }
  return absl::string_view::npos;
}

class LineBuilder {
 public:
  void Add(absl::string_view text, size_t offset) {
    for (size_t i = 0; i < text.size(); ++i) {
      line_.text.push_back(text[i]);
      line_.offsets.push_back(offset + i);
    }
  }

  // Ends the line; `end` is where the next begins.
  RequirementLine Finish(uint32_t begin, uint32_t end,
                         const VariableLookup& variable) {
    Cut(std::min(FindComment(line_.text), line_.text.size()),
        line_.text.size());
    const absl::string_view stripped = StripPythonWhitespace(line_.text);
    const size_t lead =
        stripped.empty() ? 0 : stripped.data() - line_.text.data();
    Cut(lead + stripped.size(), line_.text.size());
    Cut(0, lead);
    Expand(variable);
    line_.offsets.push_back(line_.offsets.empty() ? begin
                                                  : line_.offsets.back() + 1);
    line_.begin = begin;
    line_.end = end;
    return std::exchange(line_, RequirementLine());
  }

 private:
  void Cut(size_t begin, size_t end) {
    line_.text.erase(begin, end - begin);
    line_.offsets.erase(line_.offsets.begin() + begin,
                        line_.offsets.begin() + end);
  }

  void Expand(const VariableLookup& variable) {
    for (size_t at = line_.text.find("${"); at != std::string::npos;
         at = line_.text.find("${", at)) {
      const size_t close = line_.text.find_first_not_of(
          "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", at + 2);
      if (close == at + 2 || close == std::string::npos ||
          line_.text[close] != '}') {
        at += 2;
        continue;
      }
      const std::string name = line_.text.substr(at + 2, close - at - 2);
      if (IsInUrlUserInfo(line_.text, at)) {
        line_.secret_variables.push_back(name);
        at = close;
        continue;
      }
      const absl::optional<std::string> value = variable(name);
      if (!value.has_value() || value->empty()) {
        at = close;
        continue;
      }
      const uint32_t offset = line_.offsets[at];
      Cut(at, close + 1);
      line_.text.insert(at, *value);
      line_.offsets.insert(line_.offsets.begin() + at, value->size(), offset);
      at += value->size();
    }
  }

  RequirementLine line_;
};

}  // namespace

std::vector<RequirementLine> SplitRequirementLines(
    absl::string_view text, const VariableLookup& variable) {
  std::vector<RequirementLine> lines;
  LineBuilder builder;
  size_t logical_begin = 0;
  size_t begin = 0;
  bool continued = false;
  while (begin < text.size()) {
    size_t end = begin;
    while (end < text.size() && PythonLineBreakAt(text, end) == 0) ++end;
    const size_t next =
        end == text.size() ? end : end + PythonLineBreakAt(text, end);
    absl::string_view line = text.substr(begin, end - begin);
    const bool comment = FindComment(line) == 0;
    continued = absl::EndsWith(line, "\\") && !comment;
    size_t offset = begin;
    if (continued) {
      // As pip does, at both ends.
      while (absl::ConsumeSuffix(&line, "\\")) continue;
      while (absl::ConsumePrefix(&line, "\\")) ++offset;
    }
    // A comment that ends a continuation stays one wherever it is joined.
    if (comment) builder.Add(" ", offset);
    builder.Add(line, offset);
    begin = next;
    if (!continued) {
      lines.push_back(builder.Finish(logical_begin, next, variable));
      logical_begin = next;
    }
  }
  if (continued) {
    lines.push_back(builder.Finish(logical_begin, text.size(), variable));
  }
  return lines;
}

absl::StatusOr<OptionWord> TakeOptionWord(absl::string_view line, size_t& at) {
  OptionWord word;
  word.begin = at;
  while (at < line.size() && !absl::ascii_isspace(line[at])) {
    const char c = line[at++];
    if (c == '\\') {
      if (at == line.size()) {
        return ErrorAt(at - 1, "nothing follows the backslash");
      }
      word.text.push_back(line[at++]);
    } else if (c == '"' || c == '\'') {
      const size_t open = at - 1;
      while (at < line.size() && line[at] != c) {
        const bool escape = c == '"' && line[at] == '\\' &&
                            at + 1 < line.size() &&
                            (line[at + 1] == '"' || line[at + 1] == '\\');
        if (escape) ++at;
        word.text.push_back(line[at++]);
      }
      if (at == line.size()) return ErrorAt(open, "the quote has no end");
      ++at;
    } else {
      word.text.push_back(c);
    }
  }
  return word;
}

LineColumn FindLineColumn(absl::string_view text, size_t offset) {
  LineColumn found = {1, 1};
  for (size_t i = 0; i < offset && i < text.size();) {
    if (const size_t line_break = PythonLineBreakAt(text, i); line_break != 0) {
      ++found.line;
      found.column = 1;
      i += line_break;
      continue;
    }
    if ((text[i] & 0xc0) != 0x80) ++found.column;
    ++i;
  }
  return found;
}

}  // namespace provision
