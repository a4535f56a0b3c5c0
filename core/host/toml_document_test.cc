#include "core/host/toml_document.h"

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(TomlDocumentTest, KeepsOrderAndPlaces) {
  const auto root = ParseToml("x.toml",
                              "z = 1\n"
                              "a = [\"one\", 'two']\n"
                              "\n"
                              "[tool.uv]\n"
                              "  on = true\n"
                              "[[package]]\n"
                              "name = \"p\"\n"
                              "[[package]]\n"
                              "when = 2026-01-02\n");
  ASSERT_OK(root);
  ASSERT_EQ(root->fields.size(), 4u);
  EXPECT_EQ(root->fields[0].first, "z");
  EXPECT_EQ(root->fields[1].first, "a");
  EXPECT_EQ(root->fields[2].first, "tool");
  EXPECT_EQ(root->TextOf("z"), "1");
  const DocumentNode& list = *root->Find("a");
  ASSERT_EQ(list.items.size(), 2u);
  EXPECT_EQ(list.items[1].text, "two");
  EXPECT_EQ(list.items[1].line, 2);
  EXPECT_EQ(list.items[1].column, 13);
  EXPECT_EQ(root->Find("tool", "uv")->line, 4);
  EXPECT_EQ(root->Find("tool", "uv", "on")->text, "true");
  EXPECT_EQ(root->Find("package")->items.size(), 2u);
  EXPECT_EQ(root->Find("package")->items[1].TextOf("when"), "2026-01-02");
  EXPECT_EQ(root->Find("tool", "pdm"), nullptr);
}

TEST(TomlDocumentTest, AFaultHasItsPlace) {
  const struct {
    const char* text;
    int line, column;
  } kCases[] = {{"[tools\n", 1, 7},
                {"a = 1\na = 2\n", 2, 5},
                {"a = \n", 1, 5},
                {"a = \"\xff\"\n", 1, 5}};
  for (const auto& c : kCases) {
    const auto root = ParseToml("x.toml", c.text);
    ASSERT_FALSE(root.ok()) << c.text;
    const Diagnostic diagnostic = DiagnosticFromStatus(root.status());
    EXPECT_EQ(diagnostic.id(), "project/syntax");
    EXPECT_EQ(diagnostic.place().file(), "x.toml");
    EXPECT_EQ(diagnostic.place().line(), c.line) << c.text;
    EXPECT_EQ(diagnostic.place().column(), c.column) << c.text;
  }
}

}  // namespace
}  // namespace provision
