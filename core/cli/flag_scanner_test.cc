#include "core/cli/flag_scanner.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/cli/flags.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

ScanResult Scan(absl::string_view line) {
  return ScanCommandLine(absl::StrSplit(line, ' ', absl::SkipEmpty()), {});
}

// "id: message | found | next", one for each error.
std::vector<std::string> Errors(const std::vector<Diagnostic>& diagnostics) {
  std::vector<std::string> errors;
  for (const Diagnostic& d : diagnostics) {
    std::string text = absl::StrCat(d.id(), " ", d.message());
    for (const auto& detail : d.detail()) {
      absl::StrAppend(&text, " | ", detail.text());
    }
    errors.push_back(absl::StrCat(text, " | ", absl::StrJoin(d.next(), ";")));
  }
  return errors;
}

TEST(FlagScannerTest, FormsOfFlags) {
  for (absl::string_view line :
       {"plan p --out f --jobs 3 --with-deps --no-ascii",
        "plan p -out f -jobs 3 -with-deps -no-ascii",
        "plan p --out=f --jobs=3 --with-deps=true --ascii=false",
        "plan p -o f -j 3 --with_deps --ascii=no",
        "--out f plan -j=3 --with-deps=1 p --no-ascii",
        "-o=f plan --with-deps p -j 3 --ascii=0",
        "--with-deps -j 3 -o f --no-ascii plan -- p"}) {
    const ScanResult result = Scan(line);
    EXPECT_THAT(Errors(result.errors), IsEmpty()) << line;
    ASSERT_NE(result.line.command, nullptr);
    EXPECT_EQ(result.line.command->name, "plan");
    EXPECT_THAT(result.line.arguments, ElementsAre("p"));
    EXPECT_EQ(result.line.Text("out"), "f");
    EXPECT_EQ(result.line.Number("jobs"), 3);
    EXPECT_TRUE(result.line.Is("with-deps"));
    EXPECT_FALSE(result.line.Is("ascii"));
    EXPECT_TRUE(result.line.HasOnLine("ascii"));
    EXPECT_FALSE(result.line.Has("json"));
  }
}

// P11: a flag may stand anywhere.
TEST(FlagScannerTest, EveryOrderMeansTheSame) {
  std::vector<std::string> parts = {"--only=a", "--only=b", "-q",
                                    "--root=r", "apply",    "p"};
  std::sort(parts.begin(), parts.end());
  int orders = 0;
  do {
    const auto place = [&parts](absl::string_view part) {
      return std::find(parts.begin(), parts.end(), part) - parts.begin();
    };
    if (place("p") < place("apply") || place("--only=b") < place("--only=a")) {
      continue;
    }
    ++orders;
    const ScanResult result = ScanCommandLine(parts, {});
    ASSERT_THAT(Errors(result.errors), IsEmpty()) << absl::StrJoin(parts, " ");
    EXPECT_EQ(result.line.command->name, "apply");
    EXPECT_THAT(result.line.arguments, ElementsAre("p"));
    EXPECT_THAT(result.line.All("only"), ElementsAre("a", "b"));
    EXPECT_TRUE(result.line.Is("quiet"));
    EXPECT_EQ(result.line.Text("root"), "r");
  } while (std::next_permutation(parts.begin(), parts.end()));
  EXPECT_EQ(orders, 180);
}

TEST(FlagScannerTest, ASubCommandWinsOverAFileOfItsName) {
  EXPECT_EQ(Scan("plan show saved").line.command->name, "plan show");
  EXPECT_THAT(Scan("plan show saved").line.arguments, ElementsAre("saved"));
  EXPECT_EQ(Scan("plan ./show").line.command->name, "plan");
  EXPECT_EQ(Scan("plan --json show saved").line.command->name, "plan show");
}

TEST(FlagScannerTest, WhatIsWrongIsNamedWithTheNextStep) {
  const struct {
    absl::string_view line, error;
  } kCases[] = {
      {"apply p --jbos 3",
       "usage/flag --jbos: no such flag of apply | nearest is `--jobs` | "
       "provision help apply"},
      {"apply p --zzzzzzzz",
       "usage/flag --zzzzzzzz: no such flag of apply | provision help apply"},
      {"plan p --redo x",
       "usage/foreign-flag --redo: not a flag of plan | a flag of apply | "
       "provision help plan"},
      {"plan p --list",
       "usage/foreign-flag --list: not a flag of plan | a flag of trust, "
       "explain | provision help plan"},
      {"plan p --out a --out b",
       "usage/flag-twice --out: given twice | --out=a and --out=b | "
       "provision help plan"},
      {"plan p --json --no-json",
       "usage/flag-twice --no-json: given twice | --json=true and "
       "--no-json=false | provision help plan"},
      {"plan p --jobs many",
       "usage/flag-value --jobs: wants a number from 0 | \"many\" | "
       "provision help plan"},
      {"plan p --color=red",
       "usage/flag-value --color: wants auto, always, never | \"red\" | "
       "provision help plan"},
      {"plan p --json=maybe",
       "usage/flag-value --json: wants true or false | \"maybe\" | "
       "provision help plan"},
      {"plan p --out",
       "usage/flag-value --out: wants a value | nothing | provision help "
       "plan"},
      {"plan", "usage/argument plan: wants PLAN | provision help plan"},
      {"plan p q",
       "usage/argument plan: one argument too many | \"q\" | provision help "
       "plan"},
      {"aply p",
       "usage/command aply: no such command | nearest is `apply` | provision "
       "help"},
      {"qqqqqqqqqqq",
       "usage/command qqqqqqqqqqq: no such command | provision "
       "help"},
      {"store",
       "usage/command store: no such command | there are store show, store "
       "prune | provision help store show"},
      {"--version", "usage/flag --version: no such flag | provision version"},
      {"version --flagfile=x",
       "usage/flag --flagfile: no such flag of version | provision help "
       "version"},
      {"version --fromenv=x",
       "usage/flag --fromenv: no such flag of version | provision help "
       "version"},
      {"version ---json",
       "usage/flag ---json: no such flag of version | nearest is `--json` | "
       "provision help version"},
      {"version -x",
       "usage/flag -x: no such flag of version | provision help version"},
      {"version --no-jobs",
       "usage/flag --no-jobs: no such flag of version | provision help "
       "version"}};
  for (const auto& c : kCases) {
    EXPECT_THAT(Errors(Scan(c.line).errors), ElementsAre(std::string(c.error)))
        << c.line;
  }
}

TEST(FlagScannerTest, AllFaultsComeAtOnce) {
  EXPECT_EQ(Scan("plan --jbos --redo x --jobs many").errors.size(), 4u);
}

// P7: a mutated flag is refused, whatever the mutation.
TEST(FlagScannerTest, EveryMutatedFlagIsRefused) {
  int mutants = 0;
  for (const Flag& flag : Flags()) {
    const std::string name(flag.name);
    for (size_t i = 0; i < name.size(); ++i) {
      for (const std::string& mutant :
           {name.substr(0, i) + name.substr(i + 1),
            name.substr(0, i) + "~" + name.substr(i)}) {
        if (mutant.size() < 2 || FindFlag(mutant) != nullptr) continue;
        ++mutants;
        EXPECT_FALSE(
            Scan(absl::StrCat("apply p --", mutant, "=1")).errors.empty())
            << mutant;
      }
    }
  }
  EXPECT_GT(mutants, 200);
}

TEST(FlagScannerTest, VShowsEverything) {
  EXPECT_EQ(Scan("plan p -v").line.Text("detail"), "full");
  EXPECT_EQ(Scan("plan p").line.Text("detail"), "normal");
  EXPECT_THAT(Errors(Scan("plan p -v --detail short").errors),
              ElementsAre("usage/flag-twice --detail: given twice | -v=full "
                          "and --detail=short | provision help plan"));
}

TEST(FlagScannerTest, HelpNeedsNoArgument) {
  for (absl::string_view line :
       {"plan -h", "plan --help", "-h plan", "-help"}) {
    EXPECT_TRUE(Scan(line).line.help) << line;
    EXPECT_THAT(Errors(Scan(line).errors), IsEmpty()) << line;
  }
  EXPECT_EQ(Scan("").line.command, nullptr);
  EXPECT_THAT(Errors(Scan("").errors), IsEmpty());
}

TEST(FlagScannerTest, AVariableStandsInForAFlag) {
  ScanResult result = ScanCommandLine(
      {"plan", "p", "--color=always"},
      {{"PROVISION_JOBS", "7"}, {"PROVISION_COLOR", "never"}, {"HOME", "/h"}});
  EXPECT_THAT(Errors(result.errors), IsEmpty());
  EXPECT_THAT(Errors(result.warnings), IsEmpty());
  EXPECT_EQ(result.line.Number("jobs"), 7);
  EXPECT_FALSE(result.line.HasOnLine("jobs"));
  EXPECT_EQ(result.line.Text("color"), "always");

  result = ScanCommandLine({"version"}, {{"PROVISION_JOBS", "x"}});
  EXPECT_THAT(Errors(result.errors),
              ElementsAre("usage/flag-value PROVISION_JOBS: wants a number "
                          "from 0 | \"x\" | unset PROVISION_JOBS"));
}

// P6: no variable agrees to anything.
TEST(FlagScannerTest, AVariableThatMeansNothingIsAWarning) {
  const ScanResult result =
      ScanCommandLine({"apply", "p"}, {{"PROVISION_FRESH", "1"},
                                       {"PROVISION_REDO", "step"},
                                       {"PROVISION_JOSB", "3"},
                                       {"PROVISION_RUNTIME", "/r"},
                                       {"CI", "true"}});
  EXPECT_THAT(Errors(result.errors), IsEmpty());
  EXPECT_THAT(
      Errors(result.warnings),
      ElementsAre("usage/variable PROVISION_FRESH: no such variable, not used "
                  "| ",
                  "usage/variable PROVISION_JOSB: no such variable, not used | "
                  "nearest is `PROVISION_JOBS` | ",
                  "usage/variable PROVISION_REDO: no such variable, not used "
                  "| "));
  EXPECT_FALSE(result.line.Is("fresh"));
  EXPECT_THAT(result.line.All("redo"), IsEmpty());
}

}  // namespace
}  // namespace provision
