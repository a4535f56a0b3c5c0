#include "core/testing/testing.h"

#include <filesystem>

#include "core/base/diagnostic.pb.h"
#include "gtest/gtest-spi.h"

namespace provision {
namespace {

using testing::HasSubstr;
using testing::Not;

absl::StatusOr<int> Number(bool ok) {
  if (ok) return 7;
  return DiagnosticError(absl::StatusCode::kNotFound, "test/number",
                         "no number");
}

TEST(TestingTest, MatchesAStatus) {
  EXPECT_THAT(absl::OkStatus(), IsOk());
  EXPECT_THAT(Number(true), IsOk());
  EXPECT_THAT(Number(false), Not(IsOk()));
  EXPECT_THAT(Number(true), IsOkAndHolds(7));
  EXPECT_THAT(Number(true), Not(IsOkAndHolds(8)));
  EXPECT_THAT(Number(false), Not(IsOkAndHolds(7)));
  EXPECT_THAT(Number(false), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Number(false), Not(StatusIs(absl::StatusCode::kAborted)));
  EXPECT_THAT(Number(false),
              StatusIs(absl::StatusCode::kNotFound, "no number"));
  EXPECT_THAT(Number(false),
              StatusIs(absl::StatusCode::kNotFound, Not(HasSubstr("letter"))));
  EXPECT_THAT(Number(false), HasDiagnosticId("test/number"));
  EXPECT_THAT(Number(true), HasDiagnosticId(""));
}

TEST(TestingTest, AssignsOrFails) {
  ASSERT_OK_AND_ASSIGN(int number, Number(true));
  EXPECT_EQ(number, 7);
  EXPECT_FATAL_FAILURE(
      {
        ASSERT_OK_AND_ASSIGN(int none, Number(false));
        static_cast<void>(none);
      },
      "no number");
}

TEST(TestingTest, ComparesMessages) {
  Diagnostic diagnostic = ParseText<Diagnostic>(R"pb(id: "a/b" next: "c")pb");
  EXPECT_EQ(diagnostic.next(0), "c");
  EXPECT_THAT(diagnostic, EqualsProto(R"pb(next: "c" id: "a/b")pb"));
  EXPECT_THAT(diagnostic, EqualsProto(diagnostic));
  EXPECT_THAT(diagnostic, Not(EqualsProto(R"pb(id: "a/b")pb")));
  EXPECT_THAT(diagnostic, Not(EqualsProto("no such field")));
  EXPECT_THAT(diagnostic, Not(EqualsProto(Diagnostic::Detail())));
  EXPECT_NONFATAL_FAILURE(ParseText<Diagnostic>("ident: 1"), "ident");
}

TEST(TestingTest, AFolderIsGoneWithItsObject) {
  std::string path;
  {
    TemporaryFolder folder;
    path = folder.Write("a/b", "text");
    EXPECT_EQ(folder.Read("a/b"), "text");
    EXPECT_EQ(path, folder.path() + "/a/b");
    EXPECT_NE(TemporaryFolder().path(), folder.path());
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(TestingTest, AGoldenIsComparedByteForByte) {
  if (UpdatingGoldens()) GTEST_SKIP() << "this golden is part of the test";
  ExpectGolden("core/testing/testdata/golden.txt", "one line\n");
  EXPECT_NONFATAL_FAILURE(
      ExpectGolden("core/testing/testdata/golden.txt", "one line"),
      "--update_goldens");
  EXPECT_NONFATAL_FAILURE(ReadTestData("core/testing/testdata/absent"),
                          "cannot read");
}

}  // namespace
}  // namespace provision
