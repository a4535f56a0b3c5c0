#ifndef PROVISION_CORE_PLAN_LINE_INDEX_H_
#define PROVISION_CORE_PLAN_LINE_INDEX_H_

// Offsets of a text as the line and column that an editor shows.

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"

namespace provision {

struct LineColumn {
  int line = 1;
  int column = 1;
};

// Lines end with \n. A column counts the characters of UTF-8 before it, a tab
// as one. A byte that continues no character counts as none. Keeps `text` by
// reference.
class LineIndex {
 public:
  explicit LineIndex(absl::string_view text);

  // `offset` is at most the length of the text.
  LineColumn At(size_t offset) const;

 private:
  absl::string_view text_;
  std::vector<size_t> line_starts_;
};

// The number of characters of UTF-8 in `text`, counted as above.
int CharacterCount(absl::string_view text);

}  // namespace provision

#endif  // PROVISION_CORE_PLAN_LINE_INDEX_H_
