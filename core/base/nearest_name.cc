#include "core/base/nearest_name.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"

namespace provision {

int EditDistance(absl::string_view a, absl::string_view b) {
  // Rows i-2, i-1 and i of the table of distances between prefixes.
  std::vector<int> before_last(b.size() + 1);
  std::vector<int> last(b.size() + 1);
  std::vector<int> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    std::swap(before_last, last);
    std::swap(last, row);
    row[0] = static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const int replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
  }
  return row[b.size()];
}

std::string NearestName(absl::string_view word,
                        const std::vector<std::string>& names) {
  // Nobody mistypes a word of this length, and the table would be large.
  constexpr size_t kLongest = 200;
  if (word.size() < 2 || word.size() > kLongest) return "";
  const std::string lower = absl::AsciiStrToLower(word);
  int nearest = std::max(1, static_cast<int>(word.size()) / 3) + 1;
  std::string result;
  for (const std::string& name : names) {
    if (name.size() > kLongest) continue;
    const int distance = EditDistance(lower, absl::AsciiStrToLower(name));
    if (distance >= nearest) continue;
    nearest = distance;
    result = name;
  }
  return result;
}

}  // namespace provision
