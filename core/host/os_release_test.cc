#include "core/host/os_release.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(OsReleaseTest, ReadsAsAShellWould) {
  EXPECT_THAT(ParseOsRelease("# comment\n"
                             "ID=debian\n"
                             "  NAME=\"A \\\"B\\\" \\$C\"\r\n"
                             "SINGLE='it\\s'\n"
                             "MIXED=a'b c'\"d\"\n"
                             "EMPTY=\n"
                             "TWICE=1\nTWICE=2\n"
                             "no assignment\n"
                             "=nameless\nexport A=1\n#B=2\n"),
              ElementsAre(Pair("EMPTY", ""), Pair("ID", "debian"),
                          Pair("MIXED", "ab cd"), Pair("NAME", "A \"B\" $C"),
                          Pair("SINGLE", "it\\s"), Pair("TWICE", "2")));
  EXPECT_THAT(ParseOsRelease(""), IsEmpty());
}

}  // namespace
}  // namespace provision
