#include "core/host/python_whitespace.h"

#include "gtest/gtest.h"

namespace provision {
namespace {

TEST(PythonWhitespaceTest, FindsSpaces) {
  struct Case {
    absl::string_view text;
    size_t length;
  };
  for (const Case& c : {Case{" ", 1}, Case{"\t", 1}, Case{"\v", 1},
                        Case{"\x1f", 1}, Case{"\u00a0", 2}, Case{"\u3000", 3},
                        Case{"\u2028", 3}, Case{"\u0085", 2}, Case{"x", 0},
                        Case{"\u200b", 0}, Case{"\x1b", 0}, Case{"\xc2", 0}}) {
    EXPECT_EQ(PythonSpaceAt(c.text, 0), c.length) << c.text;
  }
}

TEST(PythonWhitespaceTest, FindsLineBreaks) {
  struct Case {
    absl::string_view text;
    size_t length;
  };
  for (const Case& c :
       {Case{"\n", 1}, Case{"\r\n", 2}, Case{"\r", 1}, Case{"\rx", 1},
        Case{"\f", 1}, Case{"\x1c", 1}, Case{"\u0085", 2}, Case{"\u2029", 3},
        Case{" ", 0}, Case{"\x1f", 0}, Case{"\u00a0", 0}}) {
    EXPECT_EQ(PythonLineBreakAt(c.text, 0), c.length) << c.text;
  }
}

TEST(PythonWhitespaceTest, StripsBothEnds) {
  EXPECT_EQ(StripPythonWhitespace("\u202f a b\t\u2029\n "), "a b");
  EXPECT_EQ(StripPythonWhitespace("\u00e9\u3000"), "\u00e9");
  EXPECT_EQ(StripPythonWhitespace(" \u00a0 "), "");
  EXPECT_EQ(StripPythonWhitespace(""), "");
  EXPECT_EQ(StripPythonWhitespace("\x85"), "\x85");  // not UTF-8: kept
}

}  // namespace
}  // namespace provision
