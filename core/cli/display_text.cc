#include "core/cli/display_text.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace provision {
namespace {

struct Range {
  uint32_t first;
  uint32_t last;
};

// Zero columns: combining marks and joiners of the scripts in common use.
constexpr Range kCombining[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489},  {0x0591, 0x05BD}, {0x0610, 0x061A},
    {0x064B, 0x065F}, {0x0670, 0x0670},  {0x06D6, 0x06DC}, {0x0900, 0x0902},
    {0x093C, 0x093C}, {0x0941, 0x0948},  {0x094D, 0x094D}, {0x0E31, 0x0E31},
    {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E},  {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
    {0x20D0, 0x20FF}, {0x302A, 0x302D},  {0x3099, 0x309A}, {0xFE00, 0xFE0F},
    {0xFE20, 0xFE2F}, {0xE0100, 0xE01EF}};

// Two columns: East Asian wide and full-width, and emoji.
constexpr Range kWide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},
    {0x23E9, 0x23EC},   {0x25FD, 0x25FE},   {0x2614, 0x2615},
    {0x2648, 0x2653},   {0x26A1, 0x26A1},   {0x26BD, 0x26BE},
    {0x2705, 0x2705},   {0x270A, 0x270B},   {0x2728, 0x2728},
    {0x274C, 0x274C},   {0x2753, 0x2755},   {0x2795, 0x2797},
    {0x2B1B, 0x2B1C},   {0x2E80, 0x303E},   {0x3041, 0x33FF},
    {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0xA000, 0xA4CF},
    {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
    {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF},
    {0x20000, 0x3FFFD}};

// Seen by nobody, yet they change what is seen: C1 controls, zero-width and
// bidirectional controls, line and paragraph separators, tags.
constexpr Range kInvisible[] = {
    {0x007F, 0x009F}, {0x00AD, 0x00AD}, {0x061C, 0x061C},  {0x180E, 0x180E},
    {0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F},  {0xD800, 0xDFFF},
    {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F}};

template <size_t N>
bool Contains(const Range (&ranges)[N], uint32_t point) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [point](const Range& range) {
                       return point >= range.first && point <= range.last;
                     });
}

struct Character {
  uint32_t point = 0;
  size_t length = 1;   // in bytes
  bool valid = false;  // well-formed UTF-8
};

Character DecodeAt(absl::string_view text, size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) return {lead, 1, true};
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || at + length > text.size()) return {};
  uint32_t point = lead & (0xFF >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[at + i]);
    if ((next & 0xC0) != 0x80) return {};
    point = point << 6 | (next & 0x3F);
  }
  constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (point < kLeast[length] || point > 0x10FFFF) return {};
  return {point, length, true};
}

std::string Escape(uint32_t point) {
  if (point == '\n') return "\\n";
  if (point == '\r') return "\\r";
  if (point == '\t') return "\\t";
  if (point < 0x80) return absl::StrFormat("\\x%02x", point);
  if (point <= 0xFFFF) return absl::StrFormat("\\u%04x", point);
  return absl::StrFormat("\\U%08x", point);
}

}  // namespace

std::string EscapeUntrusted(absl::string_view text, bool ascii) {
  std::string escaped;
  escaped.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const Character character = DecodeAt(text, at);
    if (!character.valid) {
      absl::StrAppendFormat(&escaped, "\\x%02x",
                            static_cast<unsigned char>(text[at]));
    } else if (character.point < 0x20 ||
               Contains(kInvisible, character.point) ||
               (ascii && character.point > 0x7E)) {
      escaped += Escape(character.point);
    } else {
      absl::StrAppend(&escaped, text.substr(at, character.length));
    }
    at += character.length;
  }
  return escaped;
}

std::string ValidUtf8(absl::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const Character character = DecodeAt(text, at);
    const bool surrogate =
        character.point >= 0xD800 && character.point < 0xE000;
    absl::StrAppend(&valid, character.valid && !surrogate
                                ? text.substr(at, character.length)
                                : "\uFFFD");
    at += character.length;
  }
  return valid;
}

std::string ToAscii(absl::string_view text) {
  return EscapeUntrusted(absl::StrReplaceAll(text, {{"…", "..."},
                                                    {"→", "->"},
                                                    {"✓", "ok"},
                                                    {"✗", "x"},
                                                    {"·", "-"},
                                                    {"━", "="},
                                                    {"─", "-"}}),
                         true);
}

size_t DisplayWidth(absl::string_view text) {
  size_t width = 0;
  for (size_t at = 0; at < text.size();) {
    const Character character = DecodeAt(text, at);
    if (Contains(kWide, character.point)) {
      width += 2;
    } else if (!Contains(kCombining, character.point)) {
      width += 1;
    }
    at += character.length;
  }
  return width;
}

std::string PadRight(absl::string_view text, size_t columns) {
  const size_t width = DisplayWidth(text);
  return absl::StrCat(text,
                      std::string(columns > width ? columns - width : 0, ' '));
}

std::string PadLeft(absl::string_view text, size_t columns) {
  const size_t width = DisplayWidth(text);
  return absl::StrCat(std::string(columns > width ? columns - width : 0, ' '),
                      text);
}

std::string CutToWidth(absl::string_view text, size_t columns, bool ascii) {
  if (DisplayWidth(text) <= columns) return std::string(text);
  const absl::string_view mark = ascii ? "..." : "…";
  if (columns <= DisplayWidth(mark)) return std::string(columns, '.');
  const size_t room = columns - DisplayWidth(mark);
  size_t end = 0;
  for (size_t width = 0; end < text.size();) {
    const Character character = DecodeAt(text, end);
    width += DisplayWidth(text.substr(end, character.length));
    if (width > room) break;
    end += character.length;
  }
  return absl::StrCat(text.substr(0, end), mark);
}

std::string ShortenPath(absl::string_view path, size_t columns, bool ascii) {
  if (DisplayWidth(path) <= columns || !absl::StrContains(path, '/') ||
      absl::StrContains(path, ' ')) {
    return std::string(path);
  }
  const std::vector<absl::string_view> parts = absl::StrSplit(path, '/');
  const absl::string_view mark = ascii ? "..." : "…";
  // The first two components say where, the last ones what: those between go,
  // as few as possible.
  for (size_t kept = 2; kept > 0; --kept) {
    for (size_t gone = 1; kept + gone < parts.size(); ++gone) {
      std::string shorter = absl::StrCat(
          absl::StrJoin(parts.begin(), parts.begin() + kept, "/"), "/", mark,
          "/", absl::StrJoin(parts.begin() + kept + gone, parts.end(), "/"));
      if (DisplayWidth(shorter) <= columns) return shorter;
    }
  }
  return std::string(path);
}

std::vector<std::string> WrapWords(absl::string_view text, size_t columns) {
  std::vector<std::string> lines;
  std::string line;
  for (absl::string_view word : absl::StrSplit(text, ' ')) {
    if (!line.empty() &&
        DisplayWidth(line) + 1 + DisplayWidth(word) > columns) {
      lines.push_back(std::move(line));
      line.clear();
    }
    absl::StrAppend(&line, line.empty() ? "" : " ", word);
  }
  lines.push_back(std::move(line));
  return lines;
}

std::string DurationText(absl::Duration duration) {
  const double seconds = absl::ToDoubleSeconds(duration);
  if (seconds < 0.0995) return absl::StrFormat("%.2f s", seconds);
  if (seconds < 59.95) return absl::StrFormat("%.1f s", seconds);
  const auto whole = static_cast<int64_t>(seconds + 0.5);
  if (whole < 3600) {
    return absl::StrFormat("%d min %02d s", whole / 60, whole % 60);
  }
  return absl::StrFormat("%d h %02d min", whole / 3600, whole % 3600 / 60);
}

std::string CountText(uint64_t count) {
  std::string digits = absl::StrCat(count);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(at, ",");
  }
  return digits;
}

std::string CountText(uint64_t count, absl::string_view noun) {
  return absl::StrCat(CountText(count), " ", noun, count == 1 ? "" : "s");
}

}  // namespace provision
