#include "core/plan/line_index.h"

#include <algorithm>

namespace provision {

LineIndex::LineIndex(absl::string_view text) : text_(text), line_starts_{0} {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') line_starts_.push_back(i + 1);
  }
}

LineColumn LineIndex::At(size_t offset) const {
  const auto after =
      std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const size_t start = *(after - 1);
  return {static_cast<int>(after - line_starts_.begin()),
          CharacterCount(text_.substr(start, offset - start)) + 1};
}

int CharacterCount(absl::string_view text) {
  return static_cast<int>(
      std::count_if(text.begin(), text.end(), [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
      }));
}

}  // namespace provision
