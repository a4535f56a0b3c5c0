#include "core/actions/unified_diff.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace provision {
namespace {

constexpr int kContext = 3;
constexpr int kMostEdits = 2000;
constexpr char kNoNewline[] = "\\ No newline at end of file";

// One line of either text, without its newline.
struct Line {
  absl::string_view text;
  bool ended = true;

  friend bool operator==(const Line&, const Line&) = default;
};

// ' ' both, '-' only before, '+' only after.
struct Edit {
  char sign;
  Line line;
};

std::vector<Line> SplitLines(absl::string_view text) {
  std::vector<Line> lines;
  while (!text.empty()) {
    const size_t newline = text.find('\n');
    if (newline == absl::string_view::npos) {
      lines.push_back({text, false});
      break;
    }
    lines.push_back({text.substr(0, newline), true});
    text.remove_prefix(newline + 1);
  }
  return lines;
}

std::vector<Edit> ReplaceAll(const std::vector<Line>& a,
                             const std::vector<Line>& b) {
  std::vector<Edit> edits;
  for (const Line& line : a) edits.push_back({'-', line});
  for (const Line& line : b) edits.push_back({'+', line});
  return edits;
}

// The furthest points of each number of edits, from which the path is read
// backwards: trace[d][k + d] is the x that d edits reach on diagonal k.
std::vector<Edit> ShortestEdits(const std::vector<Line>& a,
                                const std::vector<Line>& b) {
  const int n = static_cast<int>(a.size());
  const int m = static_cast<int>(b.size());
  std::vector<std::vector<int>> trace;
  std::vector<int> furthest(2 * kMostEdits + 3, 0);
  const int middle = kMostEdits + 1;
  bool found = false;
  for (int d = 0; d <= std::min(n + m, kMostEdits) && !found; ++d) {
    for (int k = -d; k <= d; k += 2) {
      const bool down = k == -d || (k != d && furthest[middle + k - 1] <
                                                  furthest[middle + k + 1]);
      int x = down ? furthest[middle + k + 1] : furthest[middle + k - 1] + 1;
      int y = x - k;
      while (x < n && y < m && a[x] == b[y]) {
        ++x;
        ++y;
      }
      furthest[middle + k] = x;
      if (x >= n && y >= m) {
        found = true;
        break;
      }
    }
    trace.emplace_back(furthest.begin() + middle - d,
                       furthest.begin() + middle + d + 1);
  }
  if (!found) return ReplaceAll(a, b);
  std::vector<Edit> edits;
  int x = n, y = m;
  for (int d = static_cast<int>(trace.size()) - 1; d > 0; --d) {
    const std::vector<int>& previous = trace[d - 1];
    const auto at = [&previous, d](int k) {
      return std::abs(k) > d - 1 ? -1 : previous[k + d - 1];
    };
    const int k = x - y;
    const bool down = k == -d || (k != d && at(k - 1) < at(k + 1));
    const int from_x = down ? at(k + 1) : at(k - 1);
    const int from_y = from_x - (down ? k + 1 : k - 1);
    while (x > from_x && y > from_y && x > 0 && y > 0 && a[x - 1] == b[y - 1] &&
           !(down ? x == from_x : y == from_y)) {
      edits.push_back({' ', a[x - 1]});
      --x;
      --y;
    }
    if (down) {
      edits.push_back({'+', b[y - 1]});
      --y;
    } else {
      edits.push_back({'-', a[x - 1]});
      --x;
    }
  }
  for (; x > 0; --x) edits.push_back({' ', a[x - 1]});
  std::reverse(edits.begin(), edits.end());
  return edits;
}

std::string Range(int start, int count) {
  // A range of no lines names the line before it.
  const int shown = count == 0 ? start : start + 1;
  return count == 1 ? absl::StrCat(shown) : absl::StrCat(shown, ",", count);
}

void AppendLine(const Edit& edit, std::vector<std::string>* lines) {
  lines->push_back(absl::StrCat(std::string(1, edit.sign), edit.line.text));
  if (!edit.line.ended) lines->push_back(kNoNewline);
}

}  // namespace

std::vector<std::string> UnifiedDiff(absl::string_view before,
                                     absl::string_view after) {
  if (before == after) return {};
  const std::vector<Edit> edits =
      ShortestEdits(SplitLines(before), SplitLines(after));
  const int count = static_cast<int>(edits.size());
  std::vector<std::string> lines;
  int old_line = 0, new_line = 0, i = 0;
  while (i < count) {
    if (edits[i].sign == ' ') {
      ++old_line, ++new_line, ++i;
      continue;
    }
    // A hunk: up to the last change with less than two contexts between.
    const int first = std::max(0, i - kContext);
    int last_change = i;
    for (int j = i; j < count && j <= last_change + 2 * kContext; ++j) {
      if (edits[j].sign != ' ') last_change = j;
    }
    const int end = std::min(count, last_change + kContext + 1);
    const int old_start = old_line - (i - first);
    const int new_start = new_line - (i - first);
    int old_count = 0, new_count = 0;
    for (int j = first; j < end; ++j) {
      old_count += edits[j].sign != '+';
      new_count += edits[j].sign != '-';
    }
    lines.push_back(absl::StrCat("@@ -", Range(old_start, old_count), " +",
                                 Range(new_start, new_count), " @@"));
    for (int j = first; j < end; ++j) AppendLine(edits[j], &lines);
    old_line = old_start + old_count;
    new_line = new_start + new_count;
    i = end;
  }
  return lines;
}

bool IsText(absl::string_view content) {
  return std::all_of(content.begin(), content.end(), [](char c) {
    const unsigned char u = static_cast<unsigned char>(c);
    return u >= 0x20 ? u != 0x7f : (u == '\t' || u == '\n' || u == '\r');
  });
}

}  // namespace provision
