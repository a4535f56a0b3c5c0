#include "core/cli/output_choice.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/cli/flag_scanner.h"
#include "core/cli/testing/fake_console.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using Progress = RenderOptions::Progress;
using Variables = std::map<std::string, std::string>;

RenderOptions Choose(absl::string_view flags, const Variables& variables,
                     bool terminal) {
  FakeConsole console;
  console.output_is_terminal = terminal;
  console.error_is_terminal = terminal;
  const ScanResult scan = ScanCommandLine(
      absl::StrSplit(absl::StrCat("version ", flags), ' ', absl::SkipEmpty()),
      variables);
  EXPECT_TRUE(scan.errors.empty());
  return ChooseOutput(scan.line, variables, console, "/home/ada");
}

TEST(OutputChoiceTest, ColourByFlagThenVariableThenTerminal) {
  const struct {
    absl::string_view flags;
    Variables variables;
    bool terminal, color;
  } kCases[] = {
      {"", {}, true, true},
      {"", {}, false, false},
      {"", {{"TERM", "dumb"}}, true, false},
      {"", {{"NO_COLOR", "1"}}, true, false},
      {"", {{"NO_COLOR", ""}}, true, true},
      {"", {{"NO_COLOR", "1"}, {"FORCE_COLOR", "1"}}, true, false},
      {"", {{"FORCE_COLOR", "1"}}, false, true},
      {"", {{"FORCE_COLOR", "0"}}, false, false},
      {"", {{"CLICOLOR_FORCE", "1"}}, false, true},
      {"", {{"PROVISION_COLOR", "always"}, {"NO_COLOR", "1"}}, false, true},
      {"--color=never", {{"FORCE_COLOR", "1"}}, true, false},
      {"--color=always", {{"NO_COLOR", "1"}}, false, true},
      {"--color=auto", {{"NO_COLOR", "1"}}, true, true},
      {"--color=auto", {{"PROVISION_COLOR", "always"}}, false, false}};
  for (const auto& c : kCases) {
    EXPECT_EQ(Choose(c.flags, c.variables, c.terminal).color, c.color)
        << c.flags << testing::PrintToString(c.variables);
  }
}

TEST(OutputChoiceTest, AsciiWhereTheLocaleIsNotUtf8) {
  const struct {
    absl::string_view flags;
    Variables variables;
    bool ascii;
  } kCases[] = {{"", {{"LANG", "en_US.UTF-8"}}, false},
                {"", {{"LANG", "C"}}, true},
                {"", {}, true},
                {"", {{"LANG", "C"}, {"LC_ALL", "C.utf8"}}, false},
                {"", {{"LANG", "C.UTF-8"}, {"LC_CTYPE", "POSIX"}}, true},
                {"--no-ascii", {{"LANG", "C"}}, false},
                {"--ascii", {{"LANG", "C.UTF-8"}}, true},
                {"", {{"LANG", "C.UTF-8"}, {"PROVISION_ASCII", "1"}}, true}};
  for (const auto& c : kCases) {
    EXPECT_EQ(Choose(c.flags, c.variables, true).ascii, c.ascii)
        << c.flags << testing::PrintToString(c.variables);
  }
}

TEST(OutputChoiceTest, LiveOnlyOnATerminal) {
  const struct {
    absl::string_view flags;
    Variables variables;
    bool terminal;
    Progress progress;
  } kCases[] = {
      {"", {}, true, Progress::kLive},
      {"", {}, false, Progress::kLines},
      {"", {{"TERM", "dumb"}}, true, Progress::kLines},
      {"", {{"ACCESSIBLE", "1"}}, true, Progress::kLines},
      {"--progress=live", {{"ACCESSIBLE", "1"}}, true, Progress::kLive},
      {"--progress=live", {}, false, Progress::kLines},
      {"--progress=lines", {}, true, Progress::kLines},
      {"--progress=none", {}, true, Progress::kNone},
      {"", {{"PROVISION_PROGRESS", "none"}}, true, Progress::kNone}};
  for (const auto& c : kCases) {
    EXPECT_EQ(Choose(c.flags, c.variables, c.terminal).progress, c.progress)
        << c.flags << testing::PrintToString(c.variables);
  }
}

TEST(OutputChoiceTest, SilentIsQuietToo) {
  EXPECT_TRUE(Choose("--silent", {}, true).quiet);
  EXPECT_FALSE(Choose("--quiet", {}, true).silent);
  EXPECT_EQ(Choose("-v", {}, true).detail, RenderOptions::Detail::kFull);
}

// P6: no sign of automation changes anything.
TEST(OutputChoiceTest, AutomationIsNotLookedFor) {
  for (const char* name : {"CI", "GITHUB_ACTIONS", "JENKINS_URL"}) {
    const RenderOptions with = Choose("", {{name, "true"}}, true);
    const RenderOptions without = Choose("", {}, true);
    EXPECT_EQ(with.color, without.color);
    EXPECT_EQ(with.progress, without.progress);
  }
}

}  // namespace
}  // namespace provision
