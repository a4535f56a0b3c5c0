#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/cli/run_command_line.h"
#include "core/cli/sample_schemas.h"
#include "core/cli/testing/fake_console.h"
#include "core/plan/sample_provisioners.h"
#include "core/testing/fake_system.h"
#include "core/testing/no_artifact_readers.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class InitCommandTest : public testing::Test {
 protected:
  InitCommandTest() : registry_(SampleRegistryForTest()) {
    system_.AddDirectory("/app", 0755);
    system_.SetWorkingDirectory("/app");
    system_.SetVariable("LANG", "C.UTF-8");
  }

  // Puts a project of testdata into the working directory.
  void Load(const std::string& project) {
    const std::filesystem::path base = "testdata/projects/" + project;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(base)) {
      if (entry.is_directory()) continue;
      std::ifstream file(entry.path());
      std::ostringstream content;
      content << file.rdbuf();
      system_.AddFile(
          absl::StrCat("/app/", entry.path().lexically_relative(base).string()),
          content.str());
    }
  }

  int Run(absl::string_view line) {
    console_ = FakeConsole();
    return RunCommandLine({.system = system_,
                           .console = console_,
                           .registry = registry_,
                           .schemas = SampleSchemas(),
                           .readers = NoArtifactReaders(),
                           .started = absl::OkStatus()},
                          absl::StrSplit(line, ' ', absl::SkipEmpty()));
  }

  std::string Plan(const std::string& path = "/app/plan.textproto") {
    return system_.Content(path).value_or("none");
  }

  FakeSystem system_;
  FakeConsole console_;
  Registry registry_;
};

// The sample of cli.md 2.1.
TEST_F(InitCommandTest, TheSample) {
  Load("sample");
  EXPECT_EQ(Run("init"), 0) << console_.both;
  EXPECT_EQ(console_.output,
            R"(found
  .python-version:1      3.11.7                          step python
  requirements.txt       2 requirements, both pinned     step packages
  pyproject.toml:6       requires-python >=3.11,<3.12    agrees
  Dockerfile:1           FROM python:3.12-slim           ! differs, not taken
not understood
  environment.yml:9      channel acme-internal           conda channels
  mise.toml:4            [tasks.build]                   tasks
wrote plan.textproto: 2 steps
next: provision plan plan.textproto
)");
  EXPECT_EQ(console_.error, "");
  EXPECT_EQ(Plan(), R"(# proto-file: core/api/plan.proto
# proto-message: provision.Plan
#
# Written by `provision init` from .python-version, requirements.txt.
#
# Differs, not taken:
#   Dockerfile:1: FROM python:3.12-slim (no Python is both 3.11.7 and 3.12)
#
# Not understood, so nothing here brings it about:
#   environment.yml:9: channel acme-internal (conda channels)
#   mise.toml:4: [tasks.build] (tasks)
name: "search-api"
step {
  name: "python"
  # .python-version:1: 3.11.7
  [provision.python] {
    version_file: ".python-version"
    environment: ".venv"
  }
}
step {
  name: "packages"
  after: "python"
  # requirements.txt: 2 requirements, both pinned
  [provision.python_packages] {
    environment: ".venv"
    requirements: "requirements.txt"
  }
}
)");
  EXPECT_TRUE(system_.runs().empty());
}

TEST_F(InitCommandTest, AnswersInOneLineOfJson) {
  Load("sample");
  EXPECT_EQ(Run("init --json"), 0);
  EXPECT_THAT(
      console_.output,
      AllOf(StartsWith("{\"schema\":\"provision.init/1\",\"plan\":\"plan."
                       "textproto\",\"steps\":2,\"found\":[{\"file\":\"."
                       "python-version\",\"line\":1,\"text\":\"3.11.7\","
                       "\"verdict\":\"TAKEN\",\"step\":\"python\"}"),
            HasSubstr("\"verdict\":\"DIFFERS\",\"why\":\"no Python is both "
                      "3.11.7 and 3.12\""),
            HasSubstr("\"next\":[\"provision plan plan.textproto\"]}\n")));
}

TEST_F(InitCommandTest, OverwritesNothing) {
  Load("pip_app");
  system_.AddFile("/app/plan.textproto", "mine");
  EXPECT_EQ(Run("init"), 64);
  EXPECT_THAT(console_.error, StartsWith("error: plan.textproto: is there "
                                         "already [usage/output-exists]\n"));
  EXPECT_EQ(Plan(), "mine");
  EXPECT_EQ(Run("init --out other.textproto"), 0);
  EXPECT_THAT(Plan("/app/other.textproto"), HasSubstr("requirements.txt"));
}

TEST_F(InitCommandTest, ThePlanNamesFilesFromItsOwnFolder) {
  Load("pip_app");
  system_.AddDirectory("/plans");
  EXPECT_EQ(Run("init --out /plans/p.textproto"), 0);
  EXPECT_THAT(Plan("/plans/p.textproto"),
              AllOf(HasSubstr("requirements: \"/app/requirements.txt\""),
                    HasSubstr("environment: \"/app/.venv\"")));
  system_.SetWorkingDirectory("/");
  EXPECT_EQ(Run("init app"), 0);
  EXPECT_THAT(console_.output,
              HasSubstr("wrote app/plan.textproto: 2 steps\nnext: provision "
                        "plan app/plan.textproto\n"));
  EXPECT_THAT(Plan(), HasSubstr("requirements: \"requirements.txt\""));
}

TEST_F(InitCommandTest, EachProjectBelowIsAnEnvironment) {
  Load("monorepo");
  EXPECT_EQ(Run("init"), 0) << console_.both;
  EXPECT_THAT(console_.output,
              AllOf(HasSubstr(".python-version:1 "),
                    HasSubstr("step services/jobs/python\n"),
                    HasSubstr("wrote plan.textproto: 4 steps\nnext: provision "
                              "plan plan.textproto --all-environments\n")));
  EXPECT_THAT(Plan(),
              AllOf(HasSubstr("name: \"api\"\n  path: \"services/api\"\n"),
                    HasSubstr("version: \">=3.10\""),
                    HasSubstr("version_file: \"../../.python-version\""),
                    HasSubstr("#   package.json:3: node >=20 (engines)\n")));
}

// Every fault of every file, with line and column, and no plan.
TEST_F(InitCommandTest, ABrokenProjectIsRefusedWithEveryFault) {
  Load("broken");
  EXPECT_EQ(Run("init"), 65);
  EXPECT_EQ(console_.output, "");
  for (absl::string_view line :
       {"error: requirements.txt:1:6: ", "error: requirements.txt:3:19: ",
        "error: requirements.txt:4:27: --hash wants NAME:HEX "
        "[requirements/hash]\n",
        "error: requirements.txt:5:1: `--no-such-option` ",
        "error: requirements.txt:6:4: there is no file ",
        "error: pyproject.toml:3: \"flask=>2\" is no requirement: ",
        "error: mise.toml:1:7: no TOML: ",
        "Refused: 7 errors, nothing was read from the host. Exit 65.\n"}) {
    EXPECT_THAT(console_.error, HasSubstr(line));
  }
  EXPECT_EQ(Plan(), "none");
  // What is named alone is read alone.
  EXPECT_EQ(Run("init --from requirements-extra.txt"), 0) << console_.both;
  EXPECT_THAT(Plan(), AllOf(HasSubstr("requirements: "
                                      "\"requirements-extra.txt\""),
                            Not(HasSubstr("mise"))));
}

TEST_F(InitCommandTest, SaysThatNothingSaysAnything) {
  EXPECT_EQ(Run("init"), 65);
  EXPECT_THAT(console_.error, StartsWith("error: .: no file says what it needs "
                                         "[project/nothing]\n"));
  system_.AddFile("/app/mise.toml", "[tools]\nnode = \"20\"\n");
  EXPECT_EQ(Run("init"), 65);
  EXPECT_THAT(
      console_.error,
      HasSubstr("found     mise.toml:2: node = \"20\", not understood\n"));
  EXPECT_EQ(Run("init --from setup.py"), 64);
  EXPECT_THAT(console_.error,
              StartsWith("error: setup.py: init reads no file of this name"));
  EXPECT_EQ(Run("init nowhere"), 1);
}

}  // namespace
}  // namespace provision
