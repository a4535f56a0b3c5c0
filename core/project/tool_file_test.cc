#include "core/project/tool_file.h"

#include "core/project/reading_text.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

TEST(ToolFileTest, PythonVersion) {
  const struct {
    const char* text;
    std::vector<std::string> lines;
    bool by_file;
  } kCases[] = {{"3.11.7\n", {"1 python 3.11.7: 3.11.7"}, true},
                {"\n# pyenv\n3.11\n3.12\n",
                 {"3 python 3.11: 3.11", "4 ? 3.12 (a further version)"},
                 true},
                {"my-env\n3.12\n",
                 {"2 python 3.12: 3.12", "1 ? my-env (no version of python)"},
                 true},
                {"3", {"1 python >=3,<4: 3"}, false},
                {"", {}, false}};
  for (const auto& c : kCases) {
    ProjectReading reading;
    ReadPythonVersionFile({".python-version", c.text}, &reading);
    EXPECT_THAT(DescribeReading(reading), ElementsAreArray(c.lines)) << c.text;
    for (const ProjectWish& wish : reading.wishes) {
      EXPECT_EQ(wish.by_file, c.by_file) << c.text;
    }
  }
}

TEST(ToolFileTest, Mise) {
  ProjectReading reading;
  ReadMise({"mise.toml",
            "min_version = \"2024\"\n"
            "[env]\nA = \"b\"\n"
            "[tools]\npython = [\"3.11\", \"3.12\"]\nnode = \"20\"\n"
            "go = { version = \"1.22\" }\n"
            "[tasks]\nlint = \"ruff\"\n[tasks.build]\nrun = \"x\"\n"},
           &reading);
  EXPECT_THAT(
      DescribeReading(reading),
      ElementsAre("5 python 3.11: python = \"3.11\"",
                  "2 ? [env] (environment variables)",
                  "5 ? python = \"3.12\" (versions of python)",
                  "6 ? node = \"20\" (tools)", "7 ? go = \"1.22\" (tools)",
                  "9 ? [tasks.lint] (tasks)", "10 ? [tasks.build] (tasks)"));
  ProjectReading other;
  ReadMise({"mise.toml", "[tools]\npython = \"latest\"\n"}, &other);
  EXPECT_THAT(DescribeReading(other),
              ElementsAre("2 ? python = \"latest\" (versions of python)"));
  ProjectReading broken;
  ReadMise({"mise.toml", "[tools\n"}, &broken);
  ASSERT_EQ(broken.faults.size(), 1u);
}

TEST(ToolFileTest, PackageJson) {
  ProjectReading reading;
  ReadPackageJson({"package.json",
                   "{\n \"engines\": {\"node\": \">=20\"},\n"
                   " \"dependencies\": {\"a\": \"1\", \"b\": \"2\"}\n}\n"},
                  &reading);
  EXPECT_THAT(DescribeReading(reading),
              ElementsAre("2 ? node >=20 (engines)",
                          "3 ? 2 dependencies (npm packages)"));
  ProjectReading broken;
  ReadPackageJson({"package.json", "{\n \"a\": [\n}\n"}, &broken);
  EXPECT_THAT(DescribeReading(broken), ElementsAre(HasSubstr("(no JSON)")));
}

}  // namespace
}  // namespace provision
