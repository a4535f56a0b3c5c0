#include "bundles/unicode.h"

#include <algorithm>
#include <cassert>

#include "bundles/unicode_tables.h"

namespace provision {
namespace {

// Below these the tables have nothing, which names mostly are.
constexpr char32_t kFirstBeyondAscii = 0x80;
constexpr char32_t kFirstDecomposed = 0xc0;
constexpr char32_t kFirstMark = 0x300;

constexpr char32_t kHangulFirst = 0xac00;
constexpr char32_t kHangulCount = 11172;
constexpr char32_t kLeading = 0x1100;
constexpr char32_t kVowel = 0x1161;
constexpr char32_t kTrailing = 0x11a7;
constexpr char32_t kTrailingCount = 28;
constexpr char32_t kVowelCount = 21;

// Number of bytes of the sequence that `lead` begins, 0 if it begins none.
int SequenceLength(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  if (lead >= 0xf0 && lead < 0xf5) return 4;
  return 0;
}

bool IsScalar(char32_t code, int length) {
  static constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  return code >= kSmallest[length] && code <= 0x10ffff &&
         (code < 0xd800 || code > 0xdfff);
}

const UnicodeMapping* Find(const UnicodeMapping* table, size_t size,
                           char32_t code) {
  const UnicodeMapping* found = std::lower_bound(
      table, table + size, code,
      [](const UnicodeMapping& m, char32_t c) { return m.code < c; });
  return found != table + size && found->code == code ? found : nullptr;
}

void AppendDecomposed(char32_t code, std::u32string& out) {
  if (code < kFirstDecomposed) {
    out += code;
    return;
  }
  if (code >= kHangulFirst && code < kHangulFirst + kHangulCount) {
    const char32_t index = code - kHangulFirst;
    out += kLeading + index / (kVowelCount * kTrailingCount);
    out += kVowel + index / kTrailingCount % kVowelCount;
    if (index % kTrailingCount != 0) out += kTrailing + index % kTrailingCount;
    return;
  }
  const UnicodeMapping* m = Find(kDecompositions, kDecompositionsSize, code);
  if (m == nullptr) {
    out += code;
  } else {
    out.append(kDecompositionsText + m->offset, m->size);
  }
}

int CombiningClass(char32_t code) {
  if (code < kFirstMark) return 0;
  const UnicodeClass* end = kCombiningClasses + kCombiningClassesSize;
  const UnicodeClass* found = std::lower_bound(
      kCombiningClasses, end, code,
      [](const UnicodeClass& r, char32_t c) { return r.last < c; });
  return found != end && found->first <= code ? found->combining_class : 0;
}

// Canonical ordering: runs of marks are sorted by class, equal ones stay.
void OrderMarks(std::u32string& text) {
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    while (end < text.size() && CombiningClass(text[end]) != 0) ++end;
    std::stable_sort(text.begin() + i, text.begin() + end,
                     [](char32_t a, char32_t b) {
                       return CombiningClass(a) < CombiningClass(b);
                     });
    i = end + 1;
  }
}

std::u32string Decompose(const std::u32string& text) {
  std::u32string out;
  out.reserve(text.size());
  for (char32_t code : text) AppendDecomposed(code, out);
  OrderMarks(out);
  return out;
}

std::u32string FoldCase(const std::u32string& text) {
  std::u32string out;
  out.reserve(text.size());
  for (char32_t code : text) {
    if (code < kFirstBeyondAscii) {
      out += code >= 'A' && code <= 'Z' ? code + ('a' - 'A') : code;
      continue;
    }
    const UnicodeMapping* m = Find(kCaseFoldings, kCaseFoldingsSize, code);
    if (m == nullptr) {
      out += code;
    } else {
      out.append(kCaseFoldingsText + m->offset, m->size);
    }
  }
  return out;
}

}  // namespace

absl::optional<std::u32string> DecodeUtf8(absl::string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const unsigned char lead = text[i];
    const int length = SequenceLength(lead);
    if (length == 0 || text.size() - i < static_cast<size_t>(length)) {
      return absl::nullopt;
    }
    char32_t code = length == 1 ? lead : lead & (0x7f >> length);
    for (int k = 1; k < length; ++k) {
      const unsigned char next = text[i + k];
      if ((next & 0xc0) != 0x80) return absl::nullopt;
      code = code << 6 | (next & 0x3f);
    }
    if (!IsScalar(code, length)) return absl::nullopt;
    out += code;
    i += length;
  }
  return out;
}

std::u32string CanonicalKey(absl::string_view text) {
  absl::optional<std::u32string> decoded = DecodeUtf8(text);
  assert(decoded.has_value());
  return Decompose(*decoded);
}

std::u32string CaselessKey(absl::string_view text) {
  return Decompose(FoldCase(CanonicalKey(text)));
}

}  // namespace provision
