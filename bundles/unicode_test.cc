#include "bundles/unicode.h"

#include <string>

#include "bundles/unicode_tables.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

TEST(DecodeUtf8Test, TakesScalarValuesOnly) {
  const struct {
    std::string text;
    absl::optional<std::u32string> want;
  } kCases[] = {
      {"", U""},
      {"a\x7f", U"a\x7f"},
      {"\xc2\x80\xdf\xbf", U"\x80\x7ff"},
      {"\xe0\xa0\x80\xef\xbf\xbf", U"\x800\xffff"},
      {"\xed\x9f\xbf\xee\x80\x80", U"\xd7ff\xe000"},
      {"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", U"\x10000\x10ffff"},
      {"\x80", absl::nullopt},              // a continuation alone
      {"\xc0\xaf", absl::nullopt},          // overlong "/"
      {"\xc1\xbf", absl::nullopt},          // overlong
      {"\xe0\x80\xaf", absl::nullopt},      // overlong "/"
      {"\xf0\x80\x80\xaf", absl::nullopt},  // overlong "/"
      {"\xed\xa0\x80", absl::nullopt},      // surrogate
      {"\xed\xbf\xbf", absl::nullopt},      // surrogate
      {"\xf4\x90\x80\x80", absl::nullopt},  // above U+10FFFF
      {"\xf5\x80\x80\x80", absl::nullopt},
      {"\xff", absl::nullopt},
      {"\xc3", absl::nullopt},  // cut
      {"\xe2\x82", absl::nullopt},
      {"\xf0\x9f\x92", absl::nullopt},
      {"\xc3(", absl::nullopt},
  };
  for (const auto& c : kCases) EXPECT_EQ(DecodeUtf8(c.text), c.want) << c.text;
}

TEST(CanonicalKeyTest, EqualExactlyWhenCanonicallyEquivalent) {
  const struct {
    std::string a, b;
    bool equal;
  } kCases[] = {
      {"\u00e9", "e\u0301", true},                // composed, decomposed
      {"\u1e69", "s\u0307\u0323", true},          // marks in either order
      {"s\u0323\u0307", "s\u0307\u0323", true},   // classes 220 and 230
      {"a\u0301\u0300", "a\u0300\u0301", false},  // one class: order counts
      {"\u212b", "\u00c5", true},                 // Angstrom sign
      {"\ud55c", "\u1112\u1161\u11ab", true},     // Hangul with trailing
      {"\uac00", "\u1100\u1161", true},           // Hangul without
      {"\ufb01", "fi", false},  // compatibility is not equivalence
      {"A", "a", false},
      {"a", "a", true},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(CanonicalKey(c.a) == CanonicalKey(c.b), c.equal)
        << c.a << " " << c.b;
  }
}

TEST(CaselessKeyTest, FoldsFullyAndAfterNormalising) {
  const struct {
    std::string a, b;
    bool equal;
  } kCases[] = {
      {"README", "readme", true},
      {"stra\u00dfe", "STRASSE", true},          // full folding: one to two
      {"\u00c9", "e\u0301", true},               // case and form at once
      {"\u03a3\u03c2", "\u03c3\u03c3", true},    // final sigma
      {"\ufb01", "FI", true},                    // ligature folds to "fi"
      {"a\u0345\u0301", "a\u0301\u03b9", true},  // order, then fold
      {"\u212a", "k", true},                     // Kelvin sign
      {"\u0131", "i", false},                    // dotless i is not i
      {"a", "b", false},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(CaselessKey(c.a) == CaselessKey(c.b), c.equal)
        << c.a << " " << c.b;
  }
}

TEST(UnicodeTablesTest, SortedAndWithinTheirTexts) {
  for (size_t i = 0; i < kDecompositionsSize; ++i) {
    const UnicodeMapping& m = kDecompositions[i];
    EXPECT_LE(m.offset + size_t{m.size}, kDecompositionsTextSize);
    if (i > 0) {
      EXPECT_LT(kDecompositions[i - 1].code, m.code);
    }
  }
  for (size_t i = 0; i < kCaseFoldingsSize; ++i) {
    const UnicodeMapping& m = kCaseFoldings[i];
    EXPECT_LE(m.offset + size_t{m.size}, kCaseFoldingsTextSize);
    if (i > 0) {
      EXPECT_LT(kCaseFoldings[i - 1].code, m.code);
    }
  }
  for (size_t i = 0; i < kCombiningClassesSize; ++i) {
    const UnicodeClass& r = kCombiningClasses[i];
    EXPECT_LE(r.first, r.last);
    EXPECT_NE(r.combining_class, 0);
    if (i > 0) {
      EXPECT_LT(kCombiningClasses[i - 1].last, r.first);
    }
  }
}

}  // namespace
}  // namespace provision
