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

class InspectCommandTest : public testing::Test {
 protected:
  InspectCommandTest() : registry_(SampleRegistryForTest()) {
    system_.AddDirectory("/app", 0755);
    system_.SetWorkingDirectory("/app");
    system_.SetVariable("LANG", "C.UTF-8");
  }

  int Run(absl::string_view content, absl::string_view flags = "") {
    system_.AddFile("/app/requirements.txt", content);
    console_ = FakeConsole();
    return RunCommandLine(
        {.system = system_,
         .console = console_,
         .registry = registry_,
         .schemas = SampleSchemas(),
         .readers = NoArtifactReaders(),
         .started = absl::OkStatus()},
        absl::StrSplit(
            absl::StrCat("inspect requirements requirements.txt ", flags), ' ',
            absl::SkipEmpty()));
  }

  FakeSystem system_;
  FakeConsole console_;
  Registry registry_;
};

// The sample of cli.md 2.1.
TEST_F(InspectCommandTest, TheSample) {
  EXPECT_EQ(Run("numpy==1.26.4\n", "--json"), 0);
  EXPECT_EQ(console_.output,
            "{\"schema\":\"provision.requirements/1\",\"requirements\":[{"
            "\"name\":\"numpy\",\"specifier\":\"==1.26.4\",\"file\":"
            "\"requirements.txt\",\"line\":1,\"column\":1}],\"constraints\":[],"
            "\"options\":[],\"diagnostics\":[]}\n");
}

TEST_F(InspectCommandTest, ListsWhatItRead) {
  system_.AddFile("/app/more/c.txt", "b<3\n");
  EXPECT_EQ(Run("--pre\na[x]>=1 ; os_name == 'nt'\n-c more/c.txt\n-e ./lib\n"),
            0);
  EXPECT_EQ(console_.output,
            "  requirements.txt:1:1  --pre\n"
            "  requirements.txt:2:1  a[x]>=1 ; os_name == 'nt'\n"
            "  requirements.txt:4:4  -e ./lib\n"
            "  more/c.txt:1:1        constraint b<3\n"
            "2 requirements in 2 files, no faults\n");
  EXPECT_EQ(console_.error,
            "note: requirements.txt:1:1: pip honours --pre, uv ignores it with "
            "a warning [requirements/pip-uv]\n");
}

// The first line is that of cli.md 5.
TEST_F(InspectCommandTest, EveryFaultHasItsPlace) {
  const char* text =
      "a==1\n\n# why\ncertifi==2024.8.30 \\\n  --hash=sha256:4541a608\nb=>2\n";
  EXPECT_EQ(Run(text), 65);
  EXPECT_THAT(
      console_.error,
      AllOf(HasSubstr("error: requirements.txt:5:10: --hash wants NAME:HEX "
                      "[requirements/hash]\n"
                      "  found     `sha256:4541a608`\n"),
            HasSubstr("error: requirements.txt:6:2: "),
            HasSubstr("Refused: 2 errors, ")));
  EXPECT_THAT(console_.output, HasSubstr("  requirements.txt:1:1  a==1\n"));
  EXPECT_EQ(Run(text, "--json"), 65);
  EXPECT_EQ(console_.error, "");
  EXPECT_THAT(
      console_.output,
      AllOf(HasSubstr("\"diagnostics\":[{\"severity\":\"ERROR\",\"id\":"
                      "\"requirements/hash\",\"place\":{\"file\":"
                      "\"requirements.txt\",\"line\":5,\"column\":10}")));
}

TEST_F(InspectCommandTest, ShowsNoSecret) {
  EXPECT_EQ(Run("--index-url https://ada:hunter2@index.example/simple\n"), 0);
  EXPECT_THAT(
      console_.both,
      AllOf(Not(HasSubstr("hunter2")), HasSubstr("https://***@index.example"),
            HasSubstr("warning: requirements.txt:1:13")));
  EXPECT_EQ(
      Run("--index-url https://ada:hunter2@index.example/simple\n", "--json"),
      0);
  EXPECT_THAT(console_.both, Not(HasSubstr("hunter2")));
}

TEST_F(InspectCommandTest, AFileThatIsNotThere) {
  console_ = FakeConsole();
  EXPECT_EQ(RunCommandLine({.system = system_,
                            .console = console_,
                            .registry = registry_,
                            .schemas = SampleSchemas(),
                            .readers = NoArtifactReaders(),
                            .started = absl::OkStatus()},
                           {"inspect", "requirements", "no.txt"}),
            65);
  EXPECT_THAT(console_.error, HasSubstr("no.txt"));
}

}  // namespace
}  // namespace provision
