#include "plugins/files/marked_block.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::HasSubstr;

TEST(MarkedBlockTest, IsPutOrReplaced) {
  const struct {
    const char* what;
    const char* text;
    const char* result;
  } kCases[] = {
      {"into nothing", "", "# >>> provision:n >>>\nx\n# <<< provision:n <<<\n"},
      {"at the end", "a\n",
       "a\n# >>> provision:n >>>\nx\n# <<< provision:n <<<\n"},
      {"after a line without its end", "a",
       "a\n# >>> provision:n >>>\nx\n# <<< provision:n <<<\n"},
      {"with the line ends of the file", "a\r\nb",
       "a\r\nb\r\n# >>> provision:n >>>\r\nx\r\n# <<< provision:n <<<\r\n"},
      {"where it is",
       "a\n# >>> provision:n >>>\nold\nlines\n# <<< provision:n <<<\nb",
       "a\n# >>> provision:n >>>\nx\n# <<< provision:n <<<\nb"},
      {"with another comment sign",
       "// >>> provision:n >>>\n// <<< provision:n <<<\nb\n",
       "# >>> provision:n >>>\nx\n# <<< provision:n <<<\nb\n"},
      {"beside another block",
       "# >>> provision:nn >>>\ny\n# <<< provision:nn <<<\n",
       "# >>> provision:nn >>>\ny\n# <<< provision:nn <<<\n"
       "# >>> provision:n >>>\nx\n# <<< provision:n <<<\n"}};
  for (const auto& c : kCases) {
    absl::StatusOr<std::string> once = WithMarkedBlock(c.text, "n", "x\n", "#");
    EXPECT_THAT(once, IsOkAndHolds(std::string(c.result))) << c.what;
    EXPECT_THAT(WithMarkedBlock(*once, "n", "x", "#"), IsOkAndHolds(*once))
        << c.what << ", a second time";
  }
}

TEST(MarkedBlockTest, ADamagedBlockIsLeftAlone) {
  const struct {
    const char* text;
    const char* why;
  } kCases[] = {
      {"# >>> provision:n >>>\nx\n", "do not make a pair"},
      {"# <<< provision:n <<<\n", "do not make a pair"},
      {"# <<< provision:n <<<\n# >>> provision:n >>>\n", "do not make a pair"},
      {"# >>> provision:n >>>\n# >>> provision:n >>>\n# <<< provision:n <<<\n",
       "stands in line 1 and in line 2"}};
  for (const auto& c : kCases) {
    EXPECT_THAT(
        WithMarkedBlock(c.text, "n", "x", "#"),
        StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(c.why)));
  }
}

TEST(MarkedBlockTest, KnowsWhatWouldBeTakenForAMarker) {
  EXPECT_TRUE(HoldsMarker("a\n; >>> provision:x >>>\r\n"));
  EXPECT_TRUE(HoldsMarker("<<< provision:x <<<"));
  EXPECT_FALSE(HoldsMarker("# >>> conda initialize >>>\n"));
  EXPECT_FALSE(HoldsMarker(""));
}

}  // namespace
}  // namespace provision
