#include "core/plan/plan_check.h"

#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "core/plan/sample.pb.h"
#include "core/plan/sample_provisioners.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

PlanFile FileOf(absl::string_view content) {
  PlanFile file;
  file.file = "plan.textproto";
  file.path = "/home/ada/app/plan.textproto";
  file.folder = "/home/ada/app";
  file.content = std::string(content);
  file.sha256 = "5a";
  file.ours = true;
  return file;
}

// As the command line begins an error, and the suggestion.
std::string InWords(const Diagnostic& diagnostic) {
  const Diagnostic::Place& at = diagnostic.place();
  return absl::StrCat(at.file(), ":", at.line(), ":", at.column(), ": ",
                      diagnostic.message(), " [", diagnostic.id(), "]",
                      diagnostic.suggestion().empty() ? "" : " ~",
                      diagnostic.suggestion());
}

std::vector<std::string> Errors(
    absl::string_view content, std::vector<OrderingInvariant> invariants = {}) {
  const Registry registry = SampleRegistryForTest(std::move(invariants));
  std::vector<std::string> lines;
  const PlanVerdict verdict = CheckPlan(FileOf(content), registry);
  for (const Diagnostic& diagnostic : verdict.diagnostics) {
    EXPECT_GT(diagnostic.place().line(), 0) << InWords(diagnostic);
    lines.push_back(InWords(diagnostic));
  }
  EXPECT_EQ(verdict.ok(), lines.empty());
  return lines;
}

constexpr char kGood[] = R"(# proto-file: core/api/plan.proto
# proto-message: provision.Plan
name: "search-api"
step {
  name: "packages"
  after: "python"
  tag: "slow"
  when { platform: "debian-12/*" platform: "linux/amd64" outcome: SUCCEEDED }
  retry { attempts: 3 backoff_s: 0 }
  timeout_s: 600
  on_failure: ROLLBACK
  [provision.python_packages] { environment: ".venv" requirements: "requirements.txt" }
  verify { import: "numpy.linalg" }
  verify { command { argv: "bin/tool" exit_status: 0 output: "^ok" } deadline_s: 9 }
  verify { file { path: "x" mode: "0644" sha256: "00000000000000000000000000000000000000000000000000000000000000ff" } }
  verify { tcp { host: "localhost" port: 80 } }
  verify { http { url: "https://host.example/" status: 200 } }
  verify { tls { host: "host.example" port: 443 } }
  verify { behaviour { directory: "." locks: true } }
}
step {
  name: "python"
  consent: "remove_old"
  [provision.python] { version: "3.11.7" ladder: [EXACT, SYSTEM] environment: ".venv" }
}
)";

TEST(CheckPlanTest, AGoodPlanBecomesSteps) {
  const Registry registry = SampleRegistryForTest();
  const PlanVerdict verdict = CheckPlan(FileOf(kGood), registry);
  ASSERT_THAT(verdict.diagnostics, IsEmpty());
  const CheckedPlan& plan = verdict.plan;
  EXPECT_EQ(plan.name, "search-api");
  EXPECT_EQ(plan.file, "plan.textproto");
  EXPECT_EQ(plan.path, "/home/ada/app/plan.textproto");
  EXPECT_EQ(plan.sha256, "5a");
  ASSERT_EQ(plan.steps.size(), 2u);
  const CheckedStep& first = plan.steps[0];
  const CheckedStep& second = plan.steps[1];
  EXPECT_EQ(first.id, "python");
  EXPECT_EQ(first.environment, "search-api");
  EXPECT_EQ(first.root, "/home/ada/app");
  EXPECT_THAT(first.after, IsEmpty());
  EXPECT_EQ(first.place.line(), 21);
  EXPECT_EQ(first.config, &first.step.GetExtension(python));
  EXPECT_EQ(first.provisioner->config(), SamplePythonConfig::descriptor());
  EXPECT_EQ(first.fields.at("python.ladder[1]").column, 58);
  EXPECT_EQ(second.id, "packages");
  EXPECT_THAT(second.after, ElementsAre(0));
  EXPECT_EQ(second.config, &second.step.GetExtension(python_packages));
}

// The sample of the manual, typed from it (cli.md 4.2).
TEST(CheckPlanTest, TheTypoOfTheManual) {
  constexpr char kTypo[] = R"(# proto-file: core/api/plan.proto
# proto-message: provision.Plan
name: "search-api"
step {
  name: "python"
  [provision.python] { version: "3.11.7" environment: ".venv" }
}
step {
  name: "packages"
  after: "pyhton"
  [provision.python_packages] { environment: ".venv" requirments: "requirements.txt" }
}
)";
  EXPECT_THAT(Errors(kTypo),
              ElementsAre("plan.textproto:10:10: no step is called \"pyhton\" "
                          "[plan/unknown-step] ~python",
                          "plan.textproto:11:54: no such field: requirments "
                          "[plan/unknown-field] ~requirements"));
  const Registry registry = SampleRegistryForTest();
  const PlanVerdict verdict = CheckPlan(FileOf(kTypo), registry);
  EXPECT_EQ(verdict.diagnostics[0].place().length(), 8);
  EXPECT_EQ(verdict.diagnostics[0].step(), "packages");
  EXPECT_EQ(verdict.diagnostics[0].field(), "step[1].after[0]");
  EXPECT_EQ(verdict.diagnostics[1].place().length(), 11);
  EXPECT_EQ(verdict.diagnostics[1].step(), "packages");
  EXPECT_EQ(verdict.diagnostics[1].field(),
            "step[1].python_packages.requirments");
  EXPECT_THAT(verdict.diagnostics[1].next(),
              ElementsAre("provision explain python_packages"));
}

constexpr char kStep[] = "[provision.python] { version: \"3\" }";

// `$` stands for a right config.
std::vector<std::string> ErrorsOf(absl::string_view content) {
  return Errors(absl::StrReplaceAll(content, {{"$", kStep}}));
}

TEST(CheckPlanTest, NamesAreJudged) {
  struct Case {
    const char* content;
    const char* error;
  };
  for (const Case& c : {
           Case{"step { name: \"a\" $ }",
                "plan.textproto:0:0: the plan has no name [plan/name]"},
           Case{"name: \"A\"",
                "plan.textproto:1:7: \"A\" is no name [plan/name]"},
           Case{"name: \"a\" step { $ }",
                "plan.textproto:1:11: this step has no name [plan/name]"},
           Case{"name: \"a\" step { name: \"../b\" $ }",
                "plan.textproto:1:24: \"../b\" is no name [plan/name]"},
           Case{"name: \"a\"\nstep { name: \"b\" $ }\nstep { name: \"b\" $ }",
                "plan.textproto:3:14: a second step \"b\" "
                "[plan/duplicate-step]"},
           Case{"name: \"p\" environment { }",
                "plan.textproto:1:11: this environment has no name "
                "[plan/name]"},
           Case{"name: \"p\" environment { name: \"a\" } environment { name: "
                "\"a\" }",
                "plan.textproto:1:57: a second environment \"a\" "
                "[plan/duplicate-environment]"},
       }) {
    const Registry registry = SampleRegistryForTest();
    const PlanVerdict verdict = CheckPlan(
        FileOf(absl::StrReplaceAll(c.content, {{"$", kStep}})), registry);
    ASSERT_EQ(verdict.diagnostics.size(), 1u) << c.content;
    EXPECT_EQ(InWords(verdict.diagnostics[0]), c.error);
  }
}

TEST(CheckPlanTest, StepsAreJudged) {
  struct Case {
    const char* step;  // of step "b"; there is a step "a"
    const char* error;
  };
  for (const Case& c : {
           Case{"",
                "3:1: step \"b\" does not say what it brings about "
                "[plan/no-provisioner]"},
           Case{"$ [provision.python_packages] { requirements: \"r\" }",
                "3:54: step \"b\" has 2 provisioners: python, python_packages "
                "[plan/two-provisioners]"},
           Case{"$ after: \"c\"",
                "3:61: no step is called \"c\" [plan/unknown-step]"},
           Case{"$ after: \"b\"",
                "3:61: steps wait for each other: b -> b [plan/cycle]"},
           Case{"$ consent: \"remove_odl\"",
                "3:63: python asks for no consent \"remove_odl\" "
                "[plan/unknown-consent] ~remove_old"},
           Case{"$ timeout_s: 0", "3:65: timeout_s is 0 [plan/range]"},
           Case{"$ retry { attempts: 21 }",
                "3:72: retry.attempts is 21 [plan/range]"},
           Case{"$ retry { backoff_s: -1 }",
                "3:73: retry.backoff_s is -1 [plan/range]"},
           Case{"$ tag: \"\"", "3:59: tag[0] cannot be used [plan/bad-value]"},
           Case{"$ on: \"web\"",
                "3:58: steps on another host are not in this version "
                "[plan/not-in-this-version]"},
           Case{"$ when { platform: \"debian 12\" }",
                "3:71: when.platform[0] cannot be used [plan/bad-value]"},
           Case{"[provision.python] { version: \"x\" }",
                "3:48: this is no version [python/version]"},
           Case{"[provision.python] { }",
                "3:18: no version is given [python/version]"},
       }) {
    const std::vector<std::string> errors = ErrorsOf(
        absl::StrCat("name: \"p\"\nstep { name: \"a\" $ }\nstep { name: \"b\" ",
                     c.step, " }"));
    EXPECT_THAT(errors, ElementsAre(absl::StrCat("plan.textproto:", c.error)))
        << c.step;
  }
}

TEST(CheckPlanTest, WarningsDoNotRefuse) {
  const Registry registry = SampleRegistryForTest();
  const PlanVerdict verdict = CheckPlan(
      FileOf("name: \"p\" step { name: \"a\" [provision.python] { version: "
             "\"2.7\" } }"),
      registry);
  EXPECT_TRUE(verdict.ok());
  ASSERT_EQ(verdict.diagnostics.size(), 1u);
  EXPECT_EQ(verdict.diagnostics[0].severity(), Diagnostic::WARNING);
}

TEST(CheckPlanTest, AllErrorsOfAFileComeByPosition) {
  EXPECT_THAT(
      ErrorsOf("name: \"P\"\n"
               "step {\n"
               "  name: \"a\" after: \"x\" after: \"y\"\n"
               "  [provision.python] { version: \"x\" }\n"
               "  timeout_s: -1\n"
               "}\n"
               "step { name: \"b\" tag: 3 }\n"
               "step { name: \"c\" }\n"),
      ElementsAre(
          "plan.textproto:1:7: \"P\" is no name [plan/name]",
          "plan.textproto:3:20: no step is called \"x\" [plan/unknown-step]",
          "plan.textproto:3:31: no step is called \"y\" [plan/unknown-step]",
          "plan.textproto:4:33: this is no version [python/version]",
          "plan.textproto:5:14: timeout_s is -1 [plan/range]",
          "plan.textproto:7:23: tag wants a text in quotes [plan/bad-value]",
          "plan.textproto:8:1: step \"c\" does not say what it brings about "
          "[plan/no-provisioner]"));
}

TEST(CheckPlanTest, WhatFollowsFromAnErrorIsNotSaid) {
  // No "step has no name", no "no step is called python".
  EXPECT_THAT(ErrorsOf("name: \"p\"\nstep { nmae: \"python\" $ }\n"
                       "step { name: \"b\" after: \"python\" $ }\n"),
              ElementsAre("plan.textproto:2:8: no such field: nmae "
                          "[plan/unknown-field] ~name"));
  // No "does not say what it brings about".
  EXPECT_THAT(
      ErrorsOf("name: \"p\"\nstep { name: \"a\" [provision.pyton] {} }"),
      ElementsAre("plan.textproto:2:18: no such provisioner: "
                  "provision.pyton [plan/unknown-provisioner] "
                  "~[provision.python]"));
  // No "no version is given".
  EXPECT_THAT(
      ErrorsOf("name: \"p\"\n"
               "step { name: \"a\" [provision.python] { version: 3 } }"),
      ElementsAre("plan.textproto:2:48: version wants a text in quotes "
                  "[plan/bad-value]"));
  // No judgement about what missing braces hold.
  EXPECT_THAT(
      ErrorsOf("name: \"p\"\nstep { name: \"a\" [provision.python] { }\n"
               "step { name: \"b\" after: \"c\" }\n"),
      ElementsAre("plan.textproto:2:6: this \"{\" is never closed "
                  "[plan/syntax]"));
}

TEST(CheckPlanTest, StepsThatARuleSeparatesNeedWhatIsBetween) {
  const std::vector<OrderingInvariant> rules = {
      {"provision.SamplePythonConfig", "provision.SamplePythonConfig",
       "provision.SamplePackagesConfig", "jobs would go on from old points"}};
  const std::string begin =
      "name: \"p\"\n"
      "step { name: \"kill\" [provision.python] { version: \"3\" } }\n"
      "step { name: \"other\" after: \"kill\" [provision.python_packages] { "
      "requirements: \"r\" } }\n";
  const auto add = [&](absl::string_view after) {
    return absl::StrCat(begin, "step { name: \"add\" after: \"", after,
                        "\" [provision.python] { version: \"3\" } }");
  };
  EXPECT_THAT(Errors(add("other"), rules), IsEmpty());
  EXPECT_THAT(
      Errors(add("kill"), rules),
      ElementsAre("plan.textproto:4:1: step \"add\" follows \"kill\" without a "
                  "step of kind provision.SamplePackagesConfig between them "
                  "[plan/order]"));
  const Registry registry = SampleRegistryForTest(rules);
  const PlanVerdict verdict = CheckPlan(FileOf(add("kill")), registry);
  EXPECT_THAT(
      verdict.diagnostics[0],
      testing::Property(&Diagnostic::detail,
                        ElementsAre(EqualsProto(R"pb(label: "found"
                                                     text: "kill -> add")pb"),
                                    EqualsProto(R"pb(
                                      label: "because"
                                      text: "jobs would go on from old points"
                                    )pb"))));
  // Steps that do not wait for each other are not ordered at all.
  EXPECT_THAT(Errors(absl::StrCat(begin,
                                  "step { name: \"add\" [provision.python] { "
                                  "version: \"3\" } }"),
                     rules),
              IsEmpty());
}

std::string ChainOf(int steps) {
  std::string content = "name: \"p\"\n";
  for (int i = 0; i < steps; ++i) {
    absl::StrAppend(&content, "step { name: \"s", i, "\" ", kStep);
    if (i > 0) absl::StrAppend(&content, " after: \"s", i - 1, "\"");
    content += " }\n";
  }
  return content;
}

TEST(CheckPlanTest, LimitsHold) {
  EXPECT_THAT(Errors(ChainOf(1000)), IsEmpty());
  EXPECT_THAT(Errors(ChainOf(1001)),
              ElementsAre("plan.textproto:1002:58: more than 1000 steps wait "
                          "for each other [plan/limit]"));
  std::string many = "name: \"p\"\n";
  for (int i = 0; i < 10001; ++i) {
    absl::StrAppend(&many, "step { name: \"s", i, "\" ", kStep, " }\n");
  }
  EXPECT_THAT(Errors(many),
              ElementsAre("plan.textproto:2:1: more than 10000 steps in all "
                          "environments [plan/limit]"));
}

// 200 ways to get a right plan wrong (cli.md P7): one character of one of its
// names or signs is changed, doubled, dropped, or exchanged with the next.
TEST(CheckPlanTest, EveryMutatedPlanIsRefused) {
  const std::string good = kGood;
  ASSERT_THAT(Errors(good), IsEmpty());
  // What is no word of the language may be mistyped without anybody noticing.
  std::set<size_t> free;
  bool quoted = false;
  bool remark = false;
  for (size_t i = 0; i < good.size(); ++i) {
    if (good[i] == '"') quoted = !quoted;
    if (good[i] == '#') remark = true;
    if (good[i] == '\n') remark = false;
    if (quoted || remark || !absl::ascii_isalpha(good[i])) free.insert(i);
  }
  int mutated = 0;
  for (size_t i = 0; i + 1 < good.size(); ++i) {
    if (free.count(i) > 0 || free.count(i + 1) > 0) continue;
    std::string bad = good;
    switch (mutated % 4) {
      case 0:
        bad[i] = bad[i] == 'q' ? 'z' : 'q';
        break;
      case 1:
        bad.insert(i, 1, bad[i]);
        break;
      case 2:
        bad.erase(i, 1);
        break;
      default:
        std::swap(bad[i], bad[i + 1]);
    }
    if (bad == good) continue;
    ++mutated;
    EXPECT_THAT(Errors(bad), testing::Not(IsEmpty())) << bad;
  }
  EXPECT_GE(mutated, 200);
}

// Wherever a plan is cut off, it is judged without a crash.
TEST(CheckPlanTest, EveryBeginningOfAPlanIsJudged) {
  const std::string good = kGood;
  const Registry registry = SampleRegistryForTest();
  int refused = 0;
  for (size_t i = 0; i < good.size(); ++i) {
    if (!CheckPlan(FileOf(good.substr(0, i)), registry).ok()) ++refused;
  }
  // All but those that end between the name and the first step, or after a
  // line end that does not count.
  EXPECT_GE(refused, static_cast<int>(good.size()) - 120);
}

}  // namespace
}  // namespace provision
