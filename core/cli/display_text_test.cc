#include "core/cli/display_text.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

using ::testing::ElementsAre;

TEST(DisplayTextTest, UntrustedTextIsHarmless) {
  const struct {
    absl::string_view text, utf8, ascii;
  } kCases[] = {
      {"plain ~/a\"b\\c", "plain ~/a\"b\\c", "plain ~/a\"b\\c"},
      {"\x1b[31mred\x07", "\\x1b[31mred\\x07", "\\x1b[31mred\\x07"},
      {"one\ntwo\r\t.", "one\\ntwo\\r\\t.", "one\\ntwo\\r\\t."},
      {"caf\xC3\xA9", "caf\xC3\xA9", "caf\\u00e9"},
      {"a\xE2\x80\xAEtxt.exe", "a\\u202etxt.exe", "a\\u202etxt.exe"},
      {"\xE2\x81\xA6i\xE2\x81\xA9", "\\u2066i\\u2069", "\\u2066i\\u2069"},
      {"\xC2\x9B"
       "2J",
       "\\u009b2J", "\\u009b2J"},
      {"\xFF\xC3(", "\\xff\\xc3(", "\\xff\\xc3("},
      {"\xC0\xAF", "\\xc0\\xaf", "\\xc0\\xaf"},  // overlong
      {"\xED\xA0\x80", "\\ud800", "\\ud800"},    // surrogate
      {"\xE2\x82", "\\xe2\\x82", "\\xe2\\x82"},  // cut
      {"\xF0\x9F\x90\x8D", "\xF0\x9F\x90\x8D", "\\U0001f40d"},
      {"\x7F", "\\x7f", "\\x7f"}};
  for (const auto& c : kCases) {
    EXPECT_EQ(EscapeUntrusted(c.text, false), c.utf8);
    EXPECT_EQ(EscapeUntrusted(c.text, true), c.ascii);
  }
}

TEST(DisplayTextTest, WhatIsNoUtf8IsReplaced) {
  EXPECT_EQ(ValidUtf8("caf\xC3\xA9 \x1b"), "caf\xC3\xA9 \x1b");
  EXPECT_EQ(ValidUtf8("a\xFFz\xC3"), "a\uFFFDz\uFFFD");
  EXPECT_EQ(ValidUtf8("\xED\xA0\x80"), "\uFFFD");
}

TEST(DisplayTextTest, OurOwnSignsHaveAsciiForms) {
  EXPECT_EQ(ToAscii("✓ ✗ → · … ━━─"), "ok x -> - ... ==-");
}

TEST(DisplayTextTest, WidthIsThatOfTheTerminal) {
  EXPECT_EQ(DisplayWidth("abc"), 3u);
  EXPECT_EQ(DisplayWidth("✓…→━"), 4u);
  EXPECT_EQ(DisplayWidth("e\xCC\x81"), 1u);
  EXPECT_EQ(DisplayWidth("日本"), 4u);
  EXPECT_EQ(DisplayWidth("\xF0\x9F\x90\x8D"), 2u);
  EXPECT_EQ(PadRight("日本", 6), "日本  ");
  EXPECT_EQ(PadLeft("9 s", 5), "  9 s");
  EXPECT_EQ(PadRight("longer", 3), "longer");
}

TEST(DisplayTextTest, CutsToAWidth) {
  EXPECT_EQ(CutToWidth("abcdef", 6, false), "abcdef");
  EXPECT_EQ(CutToWidth("abcdef", 5, false), "abcd…");
  EXPECT_EQ(CutToWidth("abcdef", 5, true), "ab...");
  EXPECT_EQ(CutToWidth("日本語", 4, false), "日…");
  EXPECT_EQ(CutToWidth("abcdef", 2, true), "..");
}

TEST(DisplayTextTest, PathsLoseTheirMiddle) {
  EXPECT_EQ(ShortenPath("~/.local/share/provision/python/3.11.7", 36, false),
            "~/.local/…/provision/python/3.11.7");
  EXPECT_EQ(ShortenPath("~/.local/share/provision/python/3.11.7", 24, false),
            "~/.local/…/python/3.11.7");
  EXPECT_EQ(ShortenPath("~/.local/share/provision/python/3.11.7", 14, true),
            "~/.../3.11.7");
  EXPECT_EQ(ShortenPath("~/a/b", 36, false), "~/a/b");
  EXPECT_EQ(ShortenPath("one-component-that-is-long", 8, false),
            "one-component-that-is-long");
}

TEST(DisplayTextTest, WrapsAtWords) {
  EXPECT_THAT(WrapWords("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(WrapWords("unbreakable a", 4), ElementsAre("unbreakable", "a"));
  EXPECT_THAT(WrapWords("", 4), ElementsAre(""));
}

TEST(DisplayTextTest, Bytes) {}

TEST(DisplayTextTest, Durations) {
  const struct {
    int64_t ms;
    absl::string_view text;
  } kCases[] = {{0, "0.00 s"},
                {40, "0.04 s"},
                {99, "0.10 s"},
                {100, "0.1 s"},
                {6100, "6.1 s"},
                {59'900, "59.9 s"},
                {59'960, "1 min 00 s"},
                {125'000, "2 min 05 s"},
                {3'720'000, "1 h 02 min"}};
  for (const auto& c : kCases) {
    EXPECT_EQ(DurationText(absl::Milliseconds(c.ms)), c.text);
  }
}

TEST(DisplayTextTest, Counts) {
  EXPECT_EQ(CountText(0), "0");
  EXPECT_EQ(CountText(999), "999");
  EXPECT_EQ(CountText(3412), "3,412");
  EXPECT_EQ(CountText(1234567), "1,234,567");
  EXPECT_EQ(CountText(1, "action"), "1 action");
  EXPECT_EQ(CountText(12, "action"), "12 actions");
}

}  // namespace
}  // namespace provision
