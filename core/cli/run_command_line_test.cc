#include "core/cli/run_command_line.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/cli/command_table.h"
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

constexpr char kPlan[] = R"(name: "app"
step {
  name: "one"
  [provision.python] { version: "3.11" }
}
)";

class RunCommandLineTest : public testing::Test {
 protected:
  RunCommandLineTest() : registry_(SampleRegistryForTest()) {
    system_.AddDirectory("/home/ada", 0755);
    system_.SetWorkingDirectory("/home/ada");
    system_.SetVariable("LANG", "C.UTF-8");
    system_.AddFile("/home/ada/plan.textproto", kPlan);
    system_.AddFile("/etc/machine-id", "0123456789abcdef0123456789abcdef\n");
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

  FakeSystem system_;
  FakeConsole console_;
  Registry registry_;
};

TEST_F(RunCommandLineTest, WithoutACommandThereIsTheOverview) {
  for (absl::string_view line : {"", "help", "-h", "--help"}) {
    EXPECT_EQ(Run(line), 0);
    EXPECT_THAT(console_.output,
                AllOf(HasSubstr("usage     provision COMMAND"),
                      HasSubstr("apply PLAN|SAVED"), HasSubstr("examples")));
    EXPECT_EQ(console_.error, "");
  }
  // A long help goes on in the next line.
  const std::string words =
      absl::StrJoin(absl::StrSplit(console_.output, absl::ByAnyChar(" \n"),
                                   absl::SkipEmpty()),
                    " ");
  for (const Command& command : Commands()) {
    EXPECT_THAT(words, HasSubstr(command.brief));
  }
}

TEST_F(RunCommandLineTest, HelpOnACommand) {
  EXPECT_EQ(Run("help apply"), 0);
  const std::string page = console_.output;
  EXPECT_THAT(page, StartsWith("provision apply: bring the host to the plan, "
                               "or go on where it stopped\n\n"
                               "usage     provision apply PLAN|SAVED [flags]\n"
                               "examples  provision apply plan.textproto\n"));
  // Lines of cli.md 6.
  for (absl::string_view line :
       {"which     --only SEL, --skip SEL   steps: NAME, tag:T, kind:P, globs "
        "(repeat)\n",
        "          --with-deps              add the steps they come after\n",
        "how       --offline, --jobs N      open no socket; actions at once\n",
        "          --approved DIGEST        only what that preview showed\n",
        "after a   --redo STEP              perform again although done\n",
        "stop      --assume-done STEP       take an action in doubt as done\n",
        "output    --events FILE, --json    events as JSON lines\n",
        "exit      0 converged  1 failed  3 stopped, same command goes on  4 "
        "in doubt\n"
        "          5 in use  6 interrupted  7 needs root  8 needs a reboot  64 "
        "usage\n"
        "          65 refused  74 not durable\n",
        "host      changed; every action is journaled (provision rollback)\n",
        "more      provision help apply --all\n"}) {
    EXPECT_THAT(page, HasSubstr(line));
  }
  EXPECT_EQ(Run("apply -h"), 0);
  EXPECT_EQ(console_.output, page);
  EXPECT_EQ(Run("help plan show"), 0);
  EXPECT_THAT(console_.output, StartsWith("provision plan show: "));
  EXPECT_EQ(Run("help apply --all"), 0);
  EXPECT_THAT(console_.output,
              AllOf(HasSubstr("--durability HOW"), HasSubstr("PROVISION_JOBS"),
                    HasSubstr("full, run, none")));
  EXPECT_EQ(Run("help aply"), 64);
  EXPECT_THAT(console_.error,
              StartsWith("error: aply: no such command [usage/command]\n"
                         "  found    nearest is `apply`\n"
                         "  next     provision help\n"));
}

TEST_F(RunCommandLineTest, AHelpPageFitsAScreen) {
  EXPECT_EQ(Run("help"), 0);
  for (absl::string_view line : absl::StrSplit(console_.output, '\n')) {
    EXPECT_LE(line.size(), 80u) << line;
  }
  for (const Command& command : Commands()) {
    EXPECT_EQ(Run(absl::StrCat("help ", command.name)), 0);
    const std::vector<std::string> lines =
        absl::StrSplit(console_.output, '\n');
    EXPECT_LE(lines.size(), 30u) << command.name;
    EXPECT_EQ(Run(absl::StrCat("help --all ", command.name)), 0);
    for (absl::string_view line : absl::StrSplit(console_.output, '\n')) {
      EXPECT_LE(line.size(), 80u) << line;
    }
    for (const std::string& line : lines) {
      EXPECT_LE(line.size(), 80u) << line;
    }
  }
}

TEST_F(RunCommandLineTest, AWrongCommandLineIsRefused) {
  EXPECT_EQ(Run("apply plan.textproto --jbos 3"), 64);
  EXPECT_EQ(console_.error,
            "error: --jbos: no such flag of apply [usage/flag]\n"
            "  found    nearest is `--jobs`\n"
            "  next     provision help apply\n"
            "Refused: 1 error, nothing was read from the host. Exit 64.\n");
  EXPECT_EQ(console_.output, "");
  EXPECT_EQ(Run("apply p --jbos --json"), 64);
  EXPECT_EQ(console_.error, "");
  EXPECT_THAT(console_.output,
              AllOf(StartsWith("{\"version\":1,\"seq\":1,"),
                    HasSubstr("\"run_started\":{\"schema\":\"provision.events/"
                              "1\",\"command\":\"apply\"}}\n"),
                    HasSubstr("\"id\":\"usage/flag\""),
                    HasSubstr("\"summary\":{\"exit\":64,\"refused\":1}}\n")));
}

TEST_F(RunCommandLineTest, AVariableThatMeansNothingIsToldOf) {
  system_.SetVariable("PROVISION_JOSB", "3");
  EXPECT_EQ(Run("version"), 0);
  EXPECT_THAT(console_.error,
              StartsWith("warning: PROVISION_JOSB: no such variable, not used "
                         "[usage/variable]\n"));
}

TEST_F(RunCommandLineTest, Version) {
  EXPECT_EQ(Run("version"), 0);
  EXPECT_THAT(console_.output, StartsWith("provision 0.1.0, linux/amd64, "));
  EXPECT_EQ(Run("version --json"), 0);
  EXPECT_THAT(console_.output,
              StartsWith("{\"schema\":\"provision.version/1\",\"version\":"
                         "\"0.1.0\",\"target\":\"linux/amd64\","));
}

TEST_F(RunCommandLineTest, ValidatesAPlan) {
  EXPECT_EQ(Run("validate plan.textproto"), 0);
  EXPECT_EQ(console_.output, "✓  plan.textproto  valid, 1 step\n");
  EXPECT_EQ(Run("validate plan.textproto --effective"), 0);
  EXPECT_THAT(console_.output, AllOf(HasSubstr("one\n"), HasSubstr("\"3.11\""),
                                     HasSubstr("line 4")));
  EXPECT_EQ(Run("validate plan.textproto --json"), 0);
  EXPECT_EQ(console_.output,
            "{\"schema\":\"provision.validate/1\",\"plan\":\"app\","
            "\"steps\":1,\"valid\":true}\n");
}

TEST_F(RunCommandLineTest, AFaultyPlanIsRefusedWithEveryFault) {
  system_.AddFile("/home/ada/bad.textproto",
                  "name: \"app\"\nstep {\n  name: \"one\"\n  after: \"oen\"\n"
                  "  [provision.python] { versoin: \"3\" }\n}\n");
  EXPECT_EQ(Run("validate bad.textproto"), 65);
  EXPECT_EQ(console_.output, "");
  EXPECT_THAT(
      console_.error,
      AllOf(HasSubstr("error: bad.textproto:4:10: "),
            HasSubstr("    4 |   after: \"oen\"\n"
                      "      |          ^~~~~"),
            HasSubstr("error: bad.textproto:5:24: "),
            HasSubstr("^~~~~~~ did you mean version?"),
            HasSubstr("Refused: 2 errors, nothing was read from the host. "
                      "Exit 65.\n")));
  EXPECT_EQ(Run("validate bad.textproto --json"), 65);
  EXPECT_THAT(console_.output,
              AllOf(HasSubstr("\"valid\":false"), HasSubstr("\"column\":24")));
  EXPECT_EQ(Run("validate none.textproto"), 65);
  EXPECT_THAT(console_.error, StartsWith("error: none.textproto: "));
}

TEST_F(RunCommandLineTest, Explains) {
  const struct {
    absl::string_view word, begin, part;
  } kCases[] = {
      {"python", "python: provisioner\n", "\npython.version  string\n"},
      {"provision.python", "python: provisioner\n", "RELAXED_PATCH"},
      {"python.version", "python.version: field, string\n", ""},
      {"python_packages.index", "python_packages.index: field, repeated Index",
       "\npython_packages.index.mirror  repeated Index\n"},
      {"step", "step: message\n", "step.after  repeated string\n"},
      {"step.retry", "step.retry: field, Retry\n", "step.retry.attempts"},
      {"step.on_failure", "step.on_failure: field, OnFailure\n",
       "    step.on_failure ROLLBACK\n"},
      {"write", "write_file: action\n", "write_file.content  bytes"},
      {"mkdir", "make_directory: action\n", "make_directory.mode"},
      {"run.argv", "run.argv: field, repeated string\n", "absolute path"},
      {"3", "3: exit\n", "the same command continues"},
      {"fact", "fact: facts\n",
       "fact.file_system  FileSystem, one of reader\n"},
      {"fact.listing", "fact.listing: field, Listing, one of reader\n",
       "Entries of a directory"},
      {"listing", "fact.listing: field, Listing, one of reader\n",
       "Entries of a directory"},
      {"jobs --jobs 3", "jobs: setting\n", "    now 3, "},
      {"python/no-rung", "python/no-rung: error\n",
       "No rung gave a Python that fits."},
      {"run/locked", "run/locked: error\n", "holds the state"}};
  for (const auto& c : kCases) {
    EXPECT_EQ(Run(absl::StrCat("explain ", c.word)), 0) << c.word;
    EXPECT_THAT(console_.output, AllOf(StartsWith(c.begin), HasSubstr(c.part)));
  }
  EXPECT_EQ(Run("explain --list"), 0);
  EXPECT_THAT(console_.output,
              AllOf(HasSubstr("python_packages"), HasSubstr("write_file"),
                    HasSubstr("\nfact "), HasSubstr("\npython/no-rung "),
                    HasSubstr("net/proxy-auth"), HasSubstr("\n74 ")));
  EXPECT_EQ(Run("explain 3 --json"), 0);
  EXPECT_THAT(console_.output,
              StartsWith("{\"schema\":\"provision.explain/1\",\"entry\":[{"
                         "\"word\":\"3\",\"kind\":\"exit\""));
}

TEST_F(RunCommandLineTest, ExplainsNothingThatThereIsNot) {
  const struct {
    absl::string_view words, error;
  } kCases[] = {{"explain pyhton", "nearest is `python`"},
                {"explain python.versoin", "nearest is `python.version`"},
                {"explain fact.lisitng", "nearest is `fact.listing`"},
                {"explain jbos", "nearest is `jobs`"},
                {"explain run/lokced", "nearest is `run/locked`"},
                {"explain python/no-rugn", "nearest is `python/no-rung`"},
                {"explain 9", "9: nothing is called so"},
                {"explain apply", "provision help apply"},
                {"explain python step", "wants one WORD"},
                {"explain proxy", "wants a URL of http or https"},
                {"explain proxy ftp://a.example/", "ftp://a.example/"},
                {"explain", "wants a WORD, or --list"},
                {"explain step --list", "wants a WORD, or --list"}};
  for (const auto& c : kCases) {
    EXPECT_EQ(Run(c.words), 64) << c.words;
    EXPECT_THAT(console_.error, HasSubstr(c.error));
    EXPECT_EQ(console_.output, "");
  }
}

TEST_F(RunCommandLineTest, ExplainsHowEachToolReachesAUrl) {
  system_.SetVariable("HTTPS_PROXY", "http://u:canary@p.example:3128");
  system_.SetVariable("NO_PROXY", "*.corp.example");
  EXPECT_EQ(Run("explain proxy https://user@a.corp.example/x?token=canary"), 0);
  EXPECT_EQ(
      console_.output,
      "https://a.corp.example/x\n"
      "    provision      through http://p.example:3128      by HTTPS_PROXY, "
      "with the login that it holds\n"
      "    curl, git      through http://***@p.example:3128  by HTTPS_PROXY\n"
      "    wget           direct\n"
      "    urllib         through http://***@p.example:3128  by HTTPS_PROXY\n"
      "    requests, pip  through http://***@p.example:3128  by HTTPS_PROXY\n"
      "    npm            through http://***@p.example:3128  by HTTPS_PROXY\n"
      "    go             direct                             by NO_PROXY\n"
      "    uv             through http://***@p.example:3128  by HTTPS_PROXY\n"
      "\nBy the variables of this shell; a tool's own files come on top of "
      "them.\n");
  EXPECT_EQ(Run("explain proxy https://a.corp.example/ --json"), 0);
  EXPECT_THAT(
      console_.output,
      AllOf(StartsWith("{\"schema\":\"provision.explain.proxy/1\","
                       "\"url\":\"https://a.corp.example/\","),
            HasSubstr("{\"client\":\"wget\"}"), Not(HasSubstr("canary"))));
  system_.SetVariable("HTTPS_PROXY", "ftp://p.example");
  EXPECT_EQ(Run("explain proxy https://a.example/"), 65);
  EXPECT_THAT(console_.error, HasSubstr("HTTPS_PROXY: the proxy is not a URL"));
}

TEST_F(RunCommandLineTest, SettingsCountBelowFlagsAndVariables) {
  system_.AddFile("/etc/provision/config.textproto",
                  "# ours\njobs: 3\ncolor: \"always\"\n");
  EXPECT_EQ(Run("explain settings"), 0);
  EXPECT_THAT(
      console_.output,
      AllOf(
          StartsWith("settings\n    Defaults for flags, from "),
          HasSubstr("\njobs      3       /etc/provision/config.textproto:2\n"),
          HasSubstr("\ndetail    normal  default\n")));
  EXPECT_EQ(Run("explain settings --jobs 5 --json"), 0);
  EXPECT_THAT(console_.output,
              HasSubstr("\"value\":\"5\",\"origin\":\"--jobs\"}"));
  EXPECT_EQ(Run("validate plan.textproto"), 0);
  EXPECT_THAT(console_.output, HasSubstr("\x1b[32m"));
  // What others' variables ask for comes before a file.
  system_.SetVariable("NO_COLOR", "1");
  EXPECT_EQ(Run("validate plan.textproto"), 0);
  EXPECT_THAT(console_.output, Not(HasSubstr("\x1b")));
  EXPECT_EQ(Run("doctor --offline"), 0);
  EXPECT_THAT(console_.output,
              HasSubstr("  settings   2 set\n                    color always, "
                        "/etc/provision/config.textproto:3\n"));
}

TEST_F(RunCommandLineTest, FaultySettingsAreRefusedButForHelp) {
  system_.AddFile("/etc/provision/config.textproto", "jbos: 3\n");
  EXPECT_EQ(Run("validate plan.textproto"), 65);
  EXPECT_THAT(console_.error,
              StartsWith("error: /etc/provision/config.textproto:1:1: no such "
                         "field: jbos [plan/unknown-field]\n"
                         "    1 | jbos: 3\n"
                         "      | ^~~~ did you mean jobs?\n"));
  for (absl::string_view line : {"apply -h", "help apply"}) {
    EXPECT_EQ(Run(line), 0);
  }
  EXPECT_EQ(Run("explain settings"), 0);
  EXPECT_THAT(console_.error, HasSubstr("did you mean jobs?"));
}

TEST_F(RunCommandLineTest, DoctorLooksAndChangesNothing) {
  system_.AddFile("/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n");
  EXPECT_EQ(Run("doctor --offline"), 0) << console_.both;
  EXPECT_THAT(console_.output,
              AllOf(StartsWith("✓  program    provision 0.1.0, linux/amd64, "),
                    HasSubstr("\n✓  host       debian-12/amd64, kernel "),
                    HasSubstr("  isolation  "), HasSubstr("\n✓  state      "),
                    HasSubstr("\n✓  privilege  root\n"),
                    HasSubstr("\n·  network    skipped: --offline\n"),
                    HasSubstr(" checks: ")));
  EXPECT_TRUE(system_.operations().empty());
  EXPECT_EQ(Run("doctor --offline --json"), 0);
  EXPECT_THAT(console_.output,
              StartsWith("{\"schema\":\"provision.doctor/1\",\"exit\":0,"
                         "\"check\":[{\"name\":\"program\",\"verdict\":"
                         "\"GOOD\","));
  EXPECT_EQ(Run("doctor none.textproto"), 65);
}

// A line that says error makes it 1, and says what to type.
TEST_F(RunCommandLineTest, DoctorFindsStateThatOthersCanWrite) {
  system_.AddDirectory("/home/ada/state", 0777);
  EXPECT_EQ(Run("doctor --offline --state-dir state"), 1);
  EXPECT_THAT(console_.output, AllOf(HasSubstr("\n✗  state      error: "),
                                     HasSubstr(". Exit 1.\n")));
}

TEST_F(RunCommandLineTest, TrustsAFileByItsContent) {
  EXPECT_EQ(Run("trust --list"), 0);
  EXPECT_EQ(console_.output, "nothing is trusted by its content\n");
  EXPECT_EQ(Run("trust plan.textproto"), 0) << console_.error;
  EXPECT_THAT(console_.output,
              AllOf(HasSubstr("  one  provision.SamplePythonConfig  "),
                    HasSubstr("trusted: /home/ada/plan.textproto  sha256:")));
  EXPECT_EQ(Run("trust --list"), 0);
  EXPECT_THAT(console_.output, StartsWith("/home/ada/plan.textproto  sha256:"));
  EXPECT_EQ(Run("trust --remove plan.textproto"), 0);
  EXPECT_EQ(Run("trust --list --json"), 0);
  EXPECT_EQ(console_.output, "{\"schema\":\"provision.trust/1\"}\n");
  EXPECT_EQ(Run("trust --remove plan.textproto"), 64);
  EXPECT_EQ(Run("trust"), 64);
}

TEST_F(RunCommandLineTest, EventsGoToAFileBesideTheTerminal) {
  system_.AddFile("/home/ada/bad.textproto", "step {");
  EXPECT_EQ(Run("validate bad.textproto --events run.jsonl"), 65);
  EXPECT_THAT(console_.error, HasSubstr("error: bad.textproto"));
  absl::StatusOr<std::string> file =
      system_.ReadFile("/home/ada/run.jsonl", 1 << 20);
  ASSERT_OK(file);
  EXPECT_THAT(*file, HasSubstr("\"summary\":{\"exit\":65"));
  // It is never written over.
  EXPECT_EQ(Run("validate bad.textproto --events run.jsonl"), 64);
  EXPECT_THAT(console_.error,
              HasSubstr("run.jsonl: is there already [usage/output-exists]"));
  EXPECT_EQ(Run("validate bad.textproto --events no/run.jsonl"), 64);
  EXPECT_THAT(console_.error, HasSubstr("[usage/output-folder]"));
}

// P10: nothing is taken from the working directory unasked.
TEST_F(RunCommandLineTest, BaitInTheWorkingDirectoryChangesNothing) {
  EXPECT_EQ(Run("validate plan.textproto --effective"), 0);
  const std::string without = console_.both;
  for (const char* name :
       {"provision.textproto", ".provision", "config.textproto", ".provisionrc",
        "plan.lock.textproto", "show"}) {
    system_.AddFile(absl::StrCat("/home/ada/", name), "color: \"always\"");
  }
  EXPECT_EQ(Run("validate plan.textproto --effective"), 0);
  EXPECT_EQ(console_.both, without);
}

TEST_F(RunCommandLineTest, TheStoreIsShownAndPruned) {
  EXPECT_EQ(Run("store show --store /s"), 0);
  EXPECT_EQ(console_.output, "0 files, 0 B in /s\n");
  const std::string digest(64, 'a');
  system_.AddFile(absl::StrCat("/s/sha256/", digest), "content");
  EXPECT_EQ(Run("store show --store /s"), 0);
  EXPECT_EQ(console_.output, absl::StrCat("        7 B  sha256:", digest,
                                          "\n1 file, 7 B in /s\n"));
  EXPECT_EQ(Run("store show --store /s --json"), 0);
  EXPECT_THAT(console_.output, HasSubstr(digest));
  EXPECT_EQ(Run("store prune --store /s --preview"), 0);
  EXPECT_THAT(console_.output, HasSubstr("1 file, 7 B would be removed\n"));
  EXPECT_EQ(Run("store prune --store /s --older-than 100000d"), 0);
  EXPECT_THAT(console_.output, HasSubstr("0 files, 0 B removed\n"));
  EXPECT_EQ(system_.Content(absl::StrCat("/s/sha256/", digest)), "content");
  EXPECT_EQ(Run("store prune --store /s"), 0);
  EXPECT_THAT(console_.output, HasSubstr("1 file, 7 B removed\n"));
  EXPECT_EQ(system_.Content(absl::StrCat("/s/sha256/", digest)), absl::nullopt);
  for (const char* age : {"x", "3", "3w", "-1d", "d"}) {
    EXPECT_EQ(Run(absl::StrCat("store prune --older-than ", age)), 64) << age;
  }
}

}  // namespace
}  // namespace provision
