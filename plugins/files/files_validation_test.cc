#include "plugins/files/files_validation.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

TEST(FilesValidationTest, Modes) {
  EXPECT_EQ(ParseMode("0644"), 0644u);
  EXPECT_EQ(ParseMode("755"), 0755u);
  EXPECT_EQ(ParseMode("1777"), 01777u);
  for (const char* wrong : {"", "64", "00644", "0648", "rw-", "-644", "0x44"}) {
    EXPECT_EQ(ParseMode(wrong), absl::nullopt) << wrong;
  }
}

TEST(FilesValidationTest, AGoodConfigHasNothingWrong) {
  EXPECT_THAT(
      ValidateFiles(ParseText<FilesConfig>(R"pb(
        file { path: "a" content: "" }
        file { path: "/b" source: "c" mode: "0600" owner: "root" }
        file {
          path: "~/d"
          secret { env: "TOKEN" }
          mode: "600"
        }
        directory { path: "e" mode: "755" }
        link { path: "f" target: "../g" }
        block { path: "h" name: "a.b-c_1" content: "# x\n" comment: "//" }
        absent { path: "i" recursive: true }
      )pb")),
      IsEmpty());
}

TEST(FilesValidationTest, EachMistakeHasItsIdAndField) {
  const struct {
    const char* config;
    const char* id;
    const char* field;
  } kCases[] = {
      {"file { content: '' }", "files/no-path", "file[0].path"},
      {"directory {}", "files/no-path", "directory[0].path"},
      {"absent {}", "files/no-path", "absent[0].path"},
      {"absent { path: '/' recursive: true }", "files/bad-path",
       "absent[0].path"},
      {"absent { path: '~/' recursive: true }", "files/bad-path",
       "absent[0].path"},
      {"absent { path: 'a/..' recursive: true }", "files/bad-path",
       "absent[0].path"},
      {"file { path: 'a\\nb' content: '' }", "files/bad-path", "file[0].path"},
      {"file { path: 'a' }", "files/no-content", "file[0].content"},
      {"file { path: 'a' source: '' }", "files/no-content", "file[0].source"},
      {"file { path: 'a' secret {} }", "files/no-secret", "file[0].secret"},
      {"file { path: 'a' secret { env: 'X' } mode: '0644' }",
       "files/secret-mode", "file[0].mode"},
      {"file { path: 'a' content: '' mode: 'rw' }", "files/bad-mode",
       "file[0].mode"},
      {"directory { path: 'a' mode: '9' }", "files/bad-mode",
       "directory[0].mode"},
      {"link { path: 'a' }", "files/no-target", "link[0].target"},
      {"block { path: 'a' }", "files/bad-block-name", "block[0].name"},
      {"block { path: 'a' name: 'x y' }", "files/bad-block-name",
       "block[0].name"},
      {"block { path: 'a' name: 'n' comment: '' }", "files/bad-comment",
       "block[0].comment"},
      {"block { path: 'a' name: 'n' content: '# <<< provision:x <<<' }",
       "files/marker-inside", "block[0].content"},
      {"file { path: 'a' content: '' } link { path: 'a' target: 'b' }",
       "files/conflict", "link[0].path"}};
  for (const auto& c : kCases) {
    std::vector<Diagnostic> found =
        ValidateFiles(ParseText<FilesConfig>(c.config));
    ASSERT_THAT(found, SizeIs(1)) << c.config;
    EXPECT_EQ(found[0].id(), c.id) << c.config;
    EXPECT_EQ(found[0].field(), c.field) << c.config;
    EXPECT_FALSE(found[0].message().empty());
    EXPECT_THAT(found[0].next(), SizeIs(1));
  }
}

TEST(FilesValidationTest, AllMistakesAreFound) {
  EXPECT_THAT(ValidateFiles(ParseText<FilesConfig>(
                  "file { mode: 'x' } link {} block { name: ' ' }")),
              SizeIs(7));
}

}  // namespace
}  // namespace provision
