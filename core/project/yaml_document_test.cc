#include "core/project/yaml_document.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(YamlDocumentTest, KeepsOrderAndPlaces) {
  const auto root = ParseYaml("e.yml",
                              "# first\n"
                              "name: x\n"
                              "list:\n"
                              "  - a=1\n"
                              "  - pip:\n"
                              "    - \"b\"\n");
  ASSERT_OK(root);
  EXPECT_EQ(root->TextOf("name"), "x");
  EXPECT_EQ(root->Find("name")->line, 2);
  const DocumentNode& list = *root->Find("list");
  ASSERT_EQ(list.items.size(), 2u);
  EXPECT_EQ(list.items[0].text, "a=1");
  EXPECT_EQ(list.items[0].line, 4);
  EXPECT_EQ(list.items[0].column, 5);
  EXPECT_EQ(list.items[1].Find("pip")->items[0].text, "b");
}

TEST(YamlDocumentTest, ReadsJson) {
  const auto root = ParseYaml(
      "package.json",
      "{\n\t\"engines\": {\"node\": \">=20\"},\n\t\"url\": \"a\\/b\",\n"
      "\t\"on\": true, \"list\": [1, null]\n}\n");
  ASSERT_OK(root);
  EXPECT_EQ(root->Find("engines", "node")->text, ">=20");
  EXPECT_EQ(root->Find("engines")->line, 2);
  EXPECT_EQ(root->TextOf("url"), "a/b");
  EXPECT_EQ(root->Find("list")->items.size(), 2u);
}

TEST(YamlDocumentTest, AnEmptyFileHasNothing) {
  const auto root = ParseYaml("e.yml", "# nothing\n");
  ASSERT_OK(root);
  EXPECT_TRUE(root->fields.empty());
}

TEST(YamlDocumentTest, AFaultHasItsPlace) {
  const auto root = ParseYaml("e.yml", "a: 1\nb: [1\nc: 2\n");
  ASSERT_FALSE(root.ok());
  const Diagnostic diagnostic = DiagnosticFromStatus(root.status());
  EXPECT_EQ(diagnostic.id(), "project/syntax");
  EXPECT_EQ(diagnostic.place().file(), "e.yml");
  EXPECT_EQ(diagnostic.place().line(), 3);
}

TEST(YamlDocumentTest, AliasesDoNotGrowWithoutEnd) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    absl::StrAppend(&text, "a", i, ": &a", i, " [");
    for (int j = 0; j < 10; ++j) absl::StrAppend(&text, "*a", i - 1, ", ");
    text += "x]\n";
  }
  const auto root = ParseYaml("e.yml", text);
  ASSERT_FALSE(root.ok());
  EXPECT_THAT(std::string(root.status().message()),
              ::testing::HasSubstr("too many values"));
}

}  // namespace
}  // namespace provision
