#include "plugins/files/marked_block.h"

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace provision {
namespace {

constexpr char kPrefix[] = "provision:";

std::string Begin(absl::string_view name) {
  return absl::StrCat(">>> ", kPrefix, name, " >>>");
}

std::string End(absl::string_view name) {
  return absl::StrCat("<<< ", kPrefix, name, " <<<");
}

absl::string_view WithoutLineEnd(absl::string_view line) {
  absl::ConsumeSuffix(&line, "\n");
  absl::ConsumeSuffix(&line, "\r");
  return line;
}

// Lines with their ends; the last may have none.
std::vector<absl::string_view> LinesOf(absl::string_view text) {
  std::vector<absl::string_view> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const size_t size = end == absl::string_view::npos ? text.size() : end + 1;
    lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

// The one line that ends with `marker`: its index; lines.size() if there is
// none; kFailedPrecondition if there are two.
absl::StatusOr<size_t> FindMarker(const std::vector<absl::string_view>& lines,
                                  absl::string_view marker) {
  size_t found = lines.size();
  for (size_t i = 0; i < lines.size(); ++i) {
    if (!absl::EndsWith(WithoutLineEnd(lines[i]), marker)) continue;
    if (found != lines.size()) {
      return absl::FailedPreconditionError(absl::StrCat(
          "`", marker, "` stands in line ", found + 1, " and in line ", i + 1));
    }
    found = i;
  }
  return found;
}

std::string BlockText(absl::string_view name, absl::string_view content,
                      absl::string_view comment, absl::string_view line_end) {
  std::string text = absl::StrCat(comment, " ", Begin(name), line_end);
  for (absl::string_view line : LinesOf(content)) {
    absl::StrAppend(&text, WithoutLineEnd(line), line_end);
  }
  absl::StrAppend(&text, comment, " ", End(name), line_end);
  return text;
}

}  // namespace

absl::StatusOr<std::string> WithMarkedBlock(absl::string_view text,
                                            absl::string_view name,
                                            absl::string_view content,
                                            absl::string_view comment) {
  const std::vector<absl::string_view> lines = LinesOf(text);
  const absl::string_view line_end =
      !lines.empty() && absl::EndsWith(lines[0], "\r\n") ? "\r\n" : "\n";
  const std::string block = BlockText(name, content, comment, line_end);

  absl::StatusOr<size_t> begin = FindMarker(lines, Begin(name));
  if (!begin.ok()) return begin.status();
  absl::StatusOr<size_t> end = FindMarker(lines, End(name));
  if (!end.ok()) return end.status();
  if (*begin == lines.size() && *end == lines.size()) {
    const bool open = !text.empty() && !absl::EndsWith(text, "\n");
    return absl::StrCat(text, open ? line_end : "", block);
  }
  if (*begin == lines.size() || *end == lines.size() || *begin > *end) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the markers of `", kPrefix, name, "` do not make a pair"));
  }
  const size_t from = lines[*begin].data() - text.data();
  const size_t to = lines[*end].data() + lines[*end].size() - text.data();
  return absl::StrCat(text.substr(0, from), block, text.substr(to));
}

bool HoldsMarker(absl::string_view content) {
  for (absl::string_view line : LinesOf(content)) {
    line = WithoutLineEnd(line);
    for (absl::string_view arrows : {">>>", "<<<"}) {
      if (absl::StrContains(line, absl::StrCat(arrows, " ", kPrefix)) &&
          absl::EndsWith(line, absl::StrCat(" ", arrows))) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace provision
