#include "bundles/archive_error.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(ArchiveErrorTest, NamesMemberReasonAndId) {
  const absl::Status status =
      ArchiveError(kArchiveName, "a/../b", "\"..\" in a name");
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument,
                               "a/../b: \"..\" in a name"));
  EXPECT_THAT(status, HasDiagnosticId("archive/name"));
  EXPECT_THAT(
      ArchiveError(kArchiveTar, "", "the end is missing"),
      StatusIs(absl::StatusCode::kInvalidArgument, "the end is missing"));
}

TEST(ArchiveErrorTest, NamesCannotReachATerminal) {
  EXPECT_EQ(EscapedName("\x1b[2J\n\u202e"), "\\x1b[2J\\n\\xe2\\x80\\xae");
  EXPECT_EQ(EscapedName(std::string(201, 'a')), std::string(200, 'a') + "...");
  EXPECT_EQ(EscapedName(std::string(200, 'a')), std::string(200, 'a'));
}

}  // namespace
}  // namespace provision
