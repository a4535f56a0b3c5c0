#include "core/cli/testing/screen.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace provision {

void Screen::Put(absl::string_view character) {
  std::vector<std::string>& line = lines_[row_];
  if (line.size() <= column_) line.resize(column_ + 1, " ");
  line[column_++] = std::string(character);
}

size_t Screen::FollowSequence(absl::string_view rest) {
  if (absl::StartsWith(rest, "\x1b[K")) {
    if (lines_[row_].size() > column_) lines_[row_].resize(column_);
    return 3;
  }
  if (absl::StartsWith(rest, "\x1b[1A")) {
    if (row_ > 0) --row_;
    return 4;
  }
  const size_t end = rest.find('m');
  if (absl::StartsWith(rest, "\x1b[") && end != absl::string_view::npos &&
      rest.substr(2, end - 2).find_first_not_of("0123456789;") ==
          absl::string_view::npos) {
    return end + 1;
  }
  Put("<ESC>");
  return 1;
}

void Screen::Write(absl::string_view text) {
  for (size_t at = 0; at < text.size();) {
    size_t length = 1;
    if (text[at] == '\x1b') {
      length = FollowSequence(text.substr(at));
    } else if (text[at] == '\r') {
      column_ = 0;
    } else if (text[at] == '\n') {
      column_ = 0;
      if (++row_ == lines_.size()) lines_.emplace_back();
    } else {
      while (at + length < text.size() && (text[at + length] & 0xC0) == 0x80) {
        ++length;
      }
      Put(text.substr(at, length));
    }
    at += length;
  }
}

std::string Screen::Text() const {
  std::string text;
  for (size_t i = 0; i < lines_.size(); ++i) {
    if (i + 1 == lines_.size() && lines_[i].empty()) break;
    absl::StrAppend(&text, absl::StrJoin(lines_[i], ""), "\n");
  }
  return text;
}

}  // namespace provision
