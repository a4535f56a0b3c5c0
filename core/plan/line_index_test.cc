#include "core/plan/line_index.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(LineIndexTest, CountsLinesAndCharacters) {
  const absl::string_view text =
      "ab\n\n\tc\xC3\xA4"
      "d\r\nend";
  const LineIndex index(text);
  struct Case {
    size_t offset;
    int line;
    int column;
  };
  for (const Case& c :
       {Case{0, 1, 1}, Case{1, 1, 2}, Case{2, 1, 3}, Case{3, 2, 1},
        Case{4, 3, 1}, Case{5, 3, 2}, Case{6, 3, 3}, Case{8, 3, 4},
        Case{9, 3, 5}, Case{11, 4, 1}, Case{14, 4, 4}}) {
    EXPECT_EQ(index.At(c.offset).line, c.line) << c.offset;
    EXPECT_EQ(index.At(c.offset).column, c.column) << c.offset;
  }
}

TEST(LineIndexTest, AnEmptyTextHasOneLine) {
  EXPECT_EQ(LineIndex("").At(0).line, 1);
  EXPECT_EQ(LineIndex("").At(0).column, 1);
}

TEST(CharacterCountTest, CountsCharactersNotBytes) {
  EXPECT_EQ(CharacterCount(""), 0);
  EXPECT_EQ(CharacterCount("abc"), 3);
  EXPECT_EQ(CharacterCount("\xE2\x82\xAC"), 1);
  EXPECT_EQ(CharacterCount("\xFF\xFE"), 2);
}

}  // namespace
}  // namespace provision
