#include "core/cli/live_area.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace provision {

void LiveArea::Erase() {
  if (drawn_.empty()) return;
  std::string text = "\r\x1b[K";
  for (size_t i = 1; i < drawn_.size(); ++i) text += "\x1b[1A\x1b[K";
  drawn_.clear();
  console_.Write(Console::Stream::kError, text);
}

void LiveArea::Draw(std::vector<std::string> lines) {
  if (lines.size() > kMostLines) {
    const size_t left_out = lines.size() - kMostLines + 1;
    lines.resize(kMostLines - 1);
    lines.push_back(absl::StrCat("   and ", left_out, " more at work"));
  }
  if (lines == drawn_) return;
  Erase();
  console_.Write(Console::Stream::kError, absl::StrJoin(lines, "\n"));
  drawn_ = std::move(lines);
}

}  // namespace provision
