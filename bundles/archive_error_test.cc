#include "bundles/archive_error.h"

#include "gtest/gtest.h"

namespace provision {
namespace {

TEST(ArchiveErrorTest, NamesMemberReasonAndId) {
  EXPECT_EQ(
      ArchiveError(kArchiveName, "a/../b", "\"..\" in a name"),
      absl::InvalidArgumentError("a/../b: \"..\" in a name [archive/name]"));
  EXPECT_EQ(ArchiveError(kArchiveTar, "", "the end is missing").message(),
            "the end is missing [archive/tar]");
}

TEST(ArchiveErrorTest, NamesCannotReachATerminal) {
  EXPECT_EQ(EscapedName("\x1b[2J\n\u202e"), "\\x1b[2J\\n\\xe2\\x80\\xae");
  EXPECT_EQ(EscapedName(std::string(201, 'a')), std::string(200, 'a') + "...");
  EXPECT_EQ(EscapedName(std::string(200, 'a')), std::string(200, 'a'));
}

}  // namespace
}  // namespace provision
