#include "bundles/wheels/entry_points.h"

#include "absl/strings/str_cat.h"
#include "bundles/testing/refusal_text.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::EndsWith;
using ::testing::IsEmpty;

TEST(EntryPointsTest, ReadsTheGroupsOfScripts) {
  ASSERT_OK_AND_ASSIGN(
      const std::vector<ScriptEntryPoint> entries,
      ParseEntryPoints("# comment\n[ console_scripts ]\r\n"
                       "a-b.c = pkg.sub:Main.run [extra, other]\r\n\n"
                       "; comment\nd=pkg:main\n"
                       "[other]\nwhatever this is\n  goes on\n"
                       "[gui_scripts]\nw = pkg : gui\n"));
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[0].name, "a-b.c");
  EXPECT_EQ(entries[0].module, "pkg.sub");
  EXPECT_EQ(entries[0].attributes, "Main.run");
  EXPECT_FALSE(entries[0].is_gui);
  EXPECT_EQ(entries[1].name, "d");
  EXPECT_EQ(entries[2].name, "w");
  EXPECT_EQ(entries[2].attributes, "gui");
  EXPECT_TRUE(entries[2].is_gui);
}

TEST(EntryPointsTest, NoneIsNone) {
  EXPECT_THAT(ParseEntryPoints(""), IsOkAndHolds(IsEmpty()));
}

TEST(EntryPointsTest, RefusesWhatCouldInject) {
  for (const char* line : {"a",
                           "a = ",
                           "a = pkg",
                           "a = pkg:",
                           "a = :main",
                           "= pkg:main",
                           "a b = pkg:main",
                           "../a = pkg:main",
                           ".. = pkg:main",
                           "a/b = pkg:main",
                           "a = pkg:main()",
                           "a = pkg:main; import os",
                           "a = 1pkg:main",
                           "a = pkg..sub:main",
                           "a = pkg:main.",
                           "a = pkg:main [x; y]",
                           "a = pkg:main [x",
                           "a = p\xc3\xa4kg:main",
                           "a = pkg:main:other",
                           "a = pkg:x'''",
                           "a\t= pkg:main\n b = pkg:main",
                           "a = pkg:main\na = pkg:other",
                           "a\x1b = pkg:main"}) {
    EXPECT_THAT(
        RefusalText(ParseEntryPoints(absl::StrCat("[console_scripts]\n", line))
                        .status()),
        EndsWith("[wheel/entry-point]"))
        << line;
  }
}

}  // namespace
}  // namespace provision
