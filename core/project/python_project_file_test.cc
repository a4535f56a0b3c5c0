#include "core/project/python_project_file.h"

#include "core/project/reading_text.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;

TEST(PythonProjectFileTest, Pyproject) {
  ProjectReading reading;
  ReadPyproject({"pyproject.toml",
                 "[project]\nname = \"My.App\"\nrequires-python = \">=3.9\"\n"
                 "dependencies = [\n  \"A >=1 ; os_name == 'nt'\",\n"
                 "  \"b[x] @ https://h.example/b.whl\",\n]\n"
                 "dynamic = [\"version\", \"requires-python\"]\n"
                 "[project.optional-dependencies]\ndocs = [\"c\"]\n"
                 "[dependency-groups]\ndev = [\"d\"]\n"
                 "[tool.ruff]\nline-length = 100\n"
                 "[tool.uv.sources]\na = { path = \"../a\" }\n"
                 "[[tool.uv.index]]\nurl = \"https://h.example\"\n"
                 "[tool.pdm]\nx = 1\n"},
                &reading);
  EXPECT_EQ(reading.name, "My.App");
  EXPECT_THAT(
      DescribeReading(reading),
      ElementsAre("3 python >=3.9: requires-python >=3.9",
                  "4 packages A>=1; os_name == \"nt\"|b[x] @ "
                  "https://h.example/b.whl: 2 requirements, 1 pinned",
                  "8 ? dynamic requires-python (known to the build alone)",
                  "10 ? extra docs (optional dependencies)",
                  "12 ? group dev (dependency groups)",
                  "15 ? [tool.uv.sources] (uv's sources)",
                  "17 ? [tool.uv.index] (uv's indexes)",
                  "19 ? [tool.pdm] (pdm's settings)"));
}

TEST(PythonProjectFileTest, ADependencyThatIsNoneIsAFault) {
  ProjectReading reading;
  ReadPyproject({"pyproject.toml",
                 "[project]\ndependencies = [\n  \"a\",\n  \"b=>1\"]\n"},
                &reading);
  EXPECT_THAT(DescribeReading(reading),
              ElementsAre("2 packages a: 1 requirement, not pinned",
                          "4:0 fault \"b=>1\" is no requirement: \"=>1\": "
                          "expected a version after one of === == ~= != <= "
                          ">= < >"));
}

TEST(PythonProjectFileTest, CondaEnvironment) {
  ProjectReading reading;
  ReadCondaEnvironment({"environment.yml",
                        "name: stars\nchannels: [conda-forge]\n"
                        "dependencies:\n"
                        "  - python=3.11.7=h955ad1f_0\n"
                        "  - pip\n"
                        "  - conda-forge::numpy=1.26\n"
                        "  - pip:\n"
                        "    - requests>=2\n"
                        "    - -r more.txt\n"
                        "    - ./local\n"
                        "variables:\n  A: b\n"},
                       &reading);
  EXPECT_EQ(reading.name, "stars");
  EXPECT_THAT(DescribeReading(reading),
              ElementsAre("4 python 3.11.7: python=3.11.7=h955ad1f_0",
                          "7 packages requests>=2: pip: 1 requirement, not "
                          "pinned",
                          "2 ? channel conda-forge (conda channels)",
                          "11 ? variables (environment variables)",
                          "6 ? conda-forge::numpy=1.26 (conda packages)",
                          "9 ? pip -r more.txt (pip's options)",
                          "10 ? pip ./local (pip's options)"));
}

TEST(PythonProjectFileTest, PythonOfConda) {
  const struct {
    const char *spec, *line;
  } kCases[] = {
      {"python=3.11", "2 python 3.11: python=3.11"},
      {"python ==3.11.4", "2 python 3.11.4: python ==3.11.4"},
      {"python 3.10.*", "2 python 3.10: python 3.10.*"},
      {"'python>=3.10,<3.13'", "2 python >=3.10,<3.13: python>=3.10,<3.13"},
      {"python=3.11|3.12", "2 ? python=3.11|3.12 (conda packages)"}};
  for (const auto& c : kCases) {
    ProjectReading reading;
    ReadCondaEnvironment(
        {"environment.yml", absl::StrCat("dependencies:\n  - ", c.spec, "\n")},
        &reading);
    EXPECT_THAT(DescribeReading(reading), ElementsAre(c.line)) << c.spec;
  }
}

}  // namespace
}  // namespace provision
