#include "core/cli/testing/screen.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(ScreenTest, FollowsWhatIsWritten) {
  const struct {
    absl::string_view written, seen;
  } kCases[] = {{"", ""},
                {"a\nb", "a\nb\n"},
                {"a\n", "a\n"},
                {"abc\rx", "xbc\n"},
                {"abc\r\x1b[Kx", "x\n"},
                {"one\ntwo\r\x1b[K\x1b[1A\x1b[Knew\n", "new\n"},
                {"\x1b[31mred\x1b[0m", "red\n"},
                {"\x1b[2J", "<ESC>[2J\n"},
                {"━é\r✓", "✓é\n"}};
  for (const auto& c : kCases) {
    Screen screen;
    screen.Write(c.written);
    EXPECT_EQ(screen.Text(), c.seen);
  }
}

}  // namespace
}  // namespace provision
