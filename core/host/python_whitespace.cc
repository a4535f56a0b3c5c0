#include "core/host/python_whitespace.h"

#include "absl/strings/match.h"

namespace provision {
namespace {

// White space that ends a line is in both lists.
constexpr absl::string_view kWideSpaces[] = {
    "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80",
    "\xe2\x80\x81", "\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x84",
    "\xe2\x80\x85", "\xe2\x80\x86", "\xe2\x80\x87", "\xe2\x80\x88",
    "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8", "\xe2\x80\xa9",
    "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"};
constexpr absl::string_view kWideBreaks[] = {"\xc2\x85", "\xe2\x80\xa8",
                                             "\xe2\x80\xa9"};

template <size_t n>
size_t LengthOfPrefix(absl::string_view text,
                      const absl::string_view (&prefixes)[n]) {
  for (const absl::string_view prefix : prefixes) {
    if (absl::StartsWith(text, prefix)) return prefix.size();
  }
  return 0;
}

}  // namespace

size_t PythonSpaceAt(absl::string_view text, size_t i) {
  const unsigned char c = text[i];
  if (c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f)) {
    return 1;
  }
  return c < 0x80 ? 0 : LengthOfPrefix(text.substr(i), kWideSpaces);
}

size_t PythonLineBreakAt(absl::string_view text, size_t i) {
  const unsigned char c = text[i];
  if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') return 2;
  if ((c >= '\n' && c <= '\r') || (c >= 0x1c && c <= 0x1e)) return 1;
  return c < 0x80 ? 0 : LengthOfPrefix(text.substr(i), kWideBreaks);
}

absl::string_view StripPythonWhitespace(absl::string_view text) {
  while (!text.empty()) {
    const size_t length = PythonSpaceAt(text, 0);
    if (length == 0) break;
    text.remove_prefix(length);
  }
  while (!text.empty()) {
    // A wide character ends in continuation bytes: step back to its first.
    size_t last = text.size() - 1;
    while (last > 0 && (text[last] & 0xc0) == 0x80) --last;
    if (last + PythonSpaceAt(text, last) != text.size()) break;
    text = text.substr(0, last);
  }
  return text;
}

}  // namespace provision
