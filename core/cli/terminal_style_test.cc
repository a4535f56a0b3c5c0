#include "core/cli/terminal_style.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

constexpr Role kSigned[] = {Role::kGood,     Role::kBad,      Role::kAttention,
                            Role::kHeldBack, Role::kNotAsked, Role::kNew,
                            Role::kChange,   Role::kRemove,   Role::kUnknown};

TEST(TerminalStyleTest, SignsTakeThreeColumns) {
  const TerminalStyle utf8{RenderOptions{}};
  RenderOptions options;
  options.ascii = true;
  const TerminalStyle ascii(options);
  std::string all, all_ascii;
  for (Role role : kSigned) {
    all += utf8.Sign(role);
    all_ascii += ascii.Sign(role);
  }
  EXPECT_EQ(all, "✓  ✗  !  →  ·  +  ~  -  ?  ");
  EXPECT_EQ(all_ascii, "ok x  !  -> -  +  ~  -  ?  ");
  EXPECT_EQ(utf8.Sign(Role::kPlain), "   ");
}

TEST(TerminalStyleTest, ColourIsOnlyThereIfItIsWanted) {
  RenderOptions options;
  EXPECT_EQ(TerminalStyle(options).Paint(Role::kBad, "x"), "x");
  options.color = true;
  const TerminalStyle style(options);
  EXPECT_EQ(style.Paint(Role::kBad, "x"), "\x1b[31mx\x1b[0m");
  EXPECT_EQ(style.Paint(Role::kPlain, "x"), "x");
  EXPECT_EQ(style.Paint(Role::kBad, ""), "");
  EXPECT_EQ(style.Sign(Role::kGood), "\x1b[32m✓\x1b[0m  ");
}

TEST(TerminalStyleTest, WrapsOnlyInATerminal) {
  RenderOptions options;
  options.columns = 30;
  EXPECT_EQ(TerminalStyle(options).Wrap("aaaaaa bbbbbb cccccc dddddd", 4),
            "aaaaaa bbbbbb cccccc dddddd");
  options.terminal = true;
  EXPECT_EQ(TerminalStyle(options).Wrap("aaaaaa bbbbbb cccccc dddddd", 4),
            "aaaaaa bbbbbb cccccc\n    dddddd");
}

}  // namespace
}  // namespace provision
