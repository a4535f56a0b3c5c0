#include "plugins/files/path_claims.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/path.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

std::vector<PathClaim> Claims(const char* config) {
  return ClaimsOf(ParseText<FilesConfig>(config),
                  [](const std::string& path) { return NormalPath(path); });
}

TEST(PathClaimsTest, ParentsComeFirstThenTheOrderOfThePlan) {
  std::vector<PathClaim> claims = Claims(R"pb(
    absent { path: "z" }
    block { path: "b" name: "n" }
    link { path: "l" }
    file { path: "f2" }
    file { path: "./f1" }
    file {}
    directory { path: "d/e" }
    directory { path: "y" }
    directory { path: "d" }
  )pb");
  EXPECT_EQ(absl::StrJoin(claims, " ",
                          [](std::string* out, const PathClaim& claim) {
                            absl::StrAppend(out, claim.field(), "=",
                                            claim.path);
                          }),
            "directory[1]=y directory[2]=d directory[0]=d/e file[0]=f2 "
            "file[1]=f1 link[0]=l block[0]=b absent[0]=z");
  EXPECT_EQ(claims[6].block, "n");
}

TEST(PathClaimsTest, FindsWhatCannotHoldTogether) {
  const struct {
    const char* config;
    const char* field;    // "" is none
    const char* message;  // part of it
  } kCases[] = {
      {"file { path: 'a' } link { path: './a' }", "link[0].path",
       "wanted twice, by file[0]"},
      {"file { path: 'a' } file { path: 'b/../a' }", "file[1].path", "twice"},
      {"directory { path: 'a' } absent { path: 'a' }", "absent[0].path",
       "twice"},
      {"block { path: 'a' name: 'n' } block { path: 'a' name: 'n' }",
       "block[1].path", "twice"},
      {"block { path: 'a' name: 'n' } block { path: 'a' name: 'm' }", "", ""},
      {"block { path: 'a' name: 'n' } file { path: 'a' }", "block[0].path",
       "twice"},
      {"file { path: 'a' } file { path: 'a/b/c' }", "file[1].path",
       "is below file[0]"},
      {"link { path: '/a' } directory { path: '/a/b' }", "directory[0].path",
       "is below link[0]"},
      {"absent { path: 'a' } file { path: 'a/b' }", "file[0].path",
       "is below absent[0]"},
      {"directory { path: 'a' } file { path: 'a/b' }", "", ""},
      {"file { path: 'a' } file { path: 'ab' }", "", ""}};
  for (const auto& c : kCases) {
    std::vector<Diagnostic> found = FindConflicts(Claims(c.config));
    EXPECT_EQ(found.size(), *c.field == '\0' ? 0u : 1u) << c.config;
    if (found.empty()) continue;
    EXPECT_EQ(found[0].field(), c.field) << c.config;
    EXPECT_THAT(found[0].message(), testing::HasSubstr(c.message));
  }
}

}  // namespace
}  // namespace provision
