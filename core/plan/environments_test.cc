#include "core/plan/environments.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/plan/plan_check.h"
#include "core/plan/sample.pb.h"
#include "core/plan/sample_provisioners.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

PlanVerdict Check(absl::string_view content) {
  static const Registry& registry = *new Registry(SampleRegistryForTest());
  PlanFile file;
  file.file = "plan.textproto";
  file.path = "/app/plan.textproto";
  file.folder = "/app";
  file.content = std::string(content);
  return CheckPlan(file, registry);
}

std::vector<std::string> Errors(absl::string_view content) {
  std::vector<std::string> lines;
  for (const Diagnostic& diagnostic : Check(content).diagnostics) {
    lines.push_back(absl::StrCat(diagnostic.place().line(), ":",
                                 diagnostic.place().column(), " ",
                                 diagnostic.message()));
  }
  return lines;
}

constexpr char kRepository[] = R"(name: "repo"
step {
  name: "python"
  tag: "base"
  tag: "slow"
  retry { attempts: 2 backoff_s: 5 }
  [provision.python] { version: "3.11" ladder: [EXACT, SYSTEM] environment: ".venv" }
}
environment {
  name: "api"
  path: "services/api"
}
environment {
  name: "ml"
  path: "services/ml"
  step {
    name: "python"
    tag: "gpu"
    retry { attempts: 4 }
    [provision.python] { version: "3.12" ladder: SYSTEM }
  }
  step {
    name: "packages"
    after: "python"
    [provision.python_packages] { requirements: "r.txt" }
  }
}
environment {
  name: "ml-old"
  extends: "ml"
  path: "/opt/old"
  step { name: "python" [provision.python] { version: "3.10" } }
}
)";

TEST(EnvironmentsTest, AStepIsOverriddenFieldByField) {
  const PlanVerdict verdict = Check(kRepository);
  ASSERT_TRUE(verdict.ok()) << verdict.diagnostics[0].message();
  std::vector<std::string> ids;
  for (const CheckedStep& step : verdict.plan.steps) {
    ids.push_back(absl::StrCat(step.id, " ", step.root, " ", step.environment,
                               " <", absl::StrJoin(step.after, ",")));
  }
  EXPECT_THAT(ids, ElementsAre("api/python /app/services/api api <",
                               "ml/python /app/services/ml ml <",
                               "ml/packages /app/services/ml ml <1",
                               "ml-old/python /opt/old ml-old <",
                               "ml-old/packages /opt/old ml-old <3"));
  EXPECT_THAT(verdict.plan.steps[1].step, EqualsProto(R"pb(
                name: "python"
                tag: "gpu"
                retry { attempts: 4 backoff_s: 5 }
                [provision.python] {
                  version: "3.12"
                  ladder: SYSTEM
                  environment: ".venv"
                })pb"));
  EXPECT_EQ(verdict.plan.steps[3].step.GetExtension(python).version(), "3.10");
  EXPECT_EQ(verdict.plan.steps[3].step.GetExtension(python).ladder_size(), 1);
}

TEST(EnvironmentsTest, EveryValueSaysWhereItComesFrom) {
  const PlanVerdict verdict = Check(kRepository);
  ASSERT_TRUE(verdict.ok());
  const CheckedStep& old = verdict.plan.steps[3];
  struct Case {
    const char* field;
    const char* environment;
    const char* path;
    int line;
  };
  for (const Case& c : {
           Case{"python.version", "ml-old",
                "environment[2].step[0].python.version", 32},
           Case{"python.ladder[0]", "ml",
                "environment[1].step[0].python.ladder[0]", 20},
           Case{"python.environment", "", "step[0].python.environment", 7},
           Case{"retry.attempts", "ml", "environment[1].step[0].retry.attempts",
                19},
           Case{"retry.backoff_s", "", "step[0].retry.backoff_s", 6},
           Case{"tag[0]", "ml", "environment[1].step[0].tag[0]", 18},
       }) {
    const auto found = old.fields.find(c.field);
    ASSERT_NE(found, old.fields.end()) << c.field;
    EXPECT_EQ(found->second.environment, c.environment) << c.field;
    EXPECT_EQ(found->second.path, c.path);
    EXPECT_EQ(found->second.line, c.line) << c.field;
  }
  EXPECT_EQ(old.fields.count("tag[1]"), 0u);
  EXPECT_EQ(old.fields.count("python.ladder[1]"), 0u);
  EXPECT_EQ(old.fields.count("timeout_s"), 0u);
}

TEST(EnvironmentsTest, ErrorsAreWhereTheyWereWritten) {
  // Inherited by both, said once.
  EXPECT_THAT(Errors("name: \"p\"\n"
                     "step { name: \"a\" [provision.python] { version: \"x\" } "
                     "}\n"
                     "environment { name: \"e\" }\n"
                     "environment { name: \"f\" }\n"),
              ElementsAre("2:48 this is no version"));
  // Right in the plan, wrong in an environment.
  EXPECT_THAT(
      Errors("name: \"p\"\n"
             "step { name: \"a\" [provision.python] { version: \"3\" } "
             "}\n"
             "environment { name: \"e\" step { name: \"a\" after: "
             "\"b\" [provision.python] { version: \"x\" } } }\n"),
      ElementsAre("3:49 no step is called \"b\"", "3:83 this is no version"));
  EXPECT_THAT(
      Errors("name: \"p\"\n"
             "step { name: \"a\" [provision.python] { version: \"3\" } }\n"
             "environment { name: \"e\" step { name: \"a\" "
             "[provision.python_packages] { requirements: \"r\" } } }\n"),
      ElementsAre("3:42 step \"a\" has 2 provisioners: python, "
                  "python_packages"));
}

TEST(EnvironmentsTest, ExtendsHasToLeadSomewhere) {
  EXPECT_THAT(Errors("name: \"p\"\nenvironment { name: \"api\" }\n"
                     "environment { name: \"b\" extends: \"ap\" }\n"),
              ElementsAre("3:34 no environment is called \"ap\""));
  EXPECT_THAT(Errors("name: \"p\"\n"
                     "environment { name: \"a\" extends: \"b\" }\n"
                     "environment { name: \"b\" extends: \"c\" }\n"
                     "environment { name: \"c\" extends: \"b\" }\n"
                     "environment { name: \"d\" extends: \"d\" }\n"),
              ElementsAre("3:34 environments extend each other: b -> c -> b",
                          "5:34 environments extend each other: d -> d"));
}

TEST(EnvironmentsTest, LimitsHoldBeforeAnythingIsCopied) {
  std::string wide = "name: \"p\"\n";
  for (int i = 0; i < 101; ++i) {
    absl::StrAppend(&wide, "step { name: \"s", i,
                    "\" [provision.python] { version: \"3\" } }\n");
  }
  for (int i = 0; i < 100; ++i) {
    absl::StrAppend(&wide, "environment { name: \"e", i, "\" }\n");
  }
  EXPECT_THAT(Errors(wide), ElementsAre(HasSubstr("more than 10000 steps")));
  std::string many = "name: \"p\"\n";
  for (int i = 0; i < 1001; ++i) {
    absl::StrAppend(&many, "environment { name: \"e", i, "\" }\n");
  }
  EXPECT_THAT(Errors(many),
              ElementsAre(HasSubstr("more than 1000 environments")));
}

TEST(IsPlanNameTest, IsNarrow) {
  for (const char* name : {"a", "0", "search-api", "a.b_c-9"}) {
    EXPECT_TRUE(IsPlanName(name)) << name;
  }
  for (const char* name :
       {"", "-a", ".a", "_a", "A", "a/b", "a b", "\xC3\xA4"}) {
    EXPECT_FALSE(IsPlanName(name)) << name;
  }
  EXPECT_TRUE(IsPlanName(std::string(64, 'a')));
  EXPECT_FALSE(IsPlanName(std::string(65, 'a')));
}

absl::StatusOr<std::vector<std::string>> Choose(absl::string_view plan,
                                                std::vector<std::string> names,
                                                bool all,
                                                std::string working_directory) {
  return ChooseEnvironments(
      Check(plan).plan, {std::move(names), all, std::move(working_directory)});
}

TEST(ChooseEnvironmentsTest, ByNameByFolderOrAll) {
  const auto choose = [](std::vector<std::string> names, bool all,
                         std::string folder) {
    return Choose(kRepository, std::move(names), all, std::move(folder));
  };
  EXPECT_THAT(choose({"ml", "api", "ml"}, false, "/"),
              IsOkAndHolds(ElementsAre("api", "ml")));
  EXPECT_THAT(choose({}, true, "/"),
              IsOkAndHolds(ElementsAre("api", "ml", "ml-old")));
  EXPECT_THAT(choose({}, false, "/app/services/ml/src"),
              IsOkAndHolds(ElementsAre("ml")));
  EXPECT_THAT(choose({}, false, "/opt/old"),
              IsOkAndHolds(ElementsAre("ml-old")));
  EXPECT_THAT(choose({"mll"}, false, "/"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("no environment is called \"mll\"")));
  // Compared by component: services/ml-x is not below services/ml.
  EXPECT_THAT(choose({}, false, "/app/services/ml-x"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("in none of the plan's environments")));
}

TEST(ChooseEnvironmentsTest, TheNearestFolderWinsAndTwoAlikeFail) {
  constexpr char kNested[] =
      "name: \"p\" environment { name: \"all\" } "
      "environment { name: \"a\" path: \"a\" } "
      "environment { name: \"b\" path: \"a/b\" } "
      "environment { name: \"c\" path: \"./a/b/\" }";
  EXPECT_THAT(Choose(kNested, {}, false, "/app/x"),
              IsOkAndHolds(ElementsAre("all")));
  EXPECT_THAT(Choose(kNested, {}, false, "/app/a/x"),
              IsOkAndHolds(ElementsAre("a")));
  EXPECT_THAT(
      Choose(kNested, {}, false, "/app/a/b/x"),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("is in b and c")));
}

TEST(ChooseEnvironmentsTest, APlanWithoutBlocksHasOne) {
  constexpr char kPlain[] =
      "name: \"p\" step { name: \"a\" [provision.python] { version: \"3\" } }";
  EXPECT_THAT(Choose(kPlain, {}, false, "/elsewhere"),
              IsOkAndHolds(ElementsAre("p")));
  EXPECT_THAT(Choose(kPlain, {}, true, "/"), IsOkAndHolds(ElementsAre("p")));
  EXPECT_THAT(Choose(kPlain, {"q"}, true, "/"),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(KeepEnvironmentsTest, DropsTheOthers) {
  PlanVerdict verdict = Check(kRepository);
  ASSERT_TRUE(verdict.ok());
  KeepEnvironments({"api", "ml-old"}, &verdict.plan);
  ASSERT_EQ(verdict.plan.steps.size(), 3u);
  EXPECT_EQ(verdict.plan.steps[1].id, "ml-old/python");
  EXPECT_EQ(verdict.plan.steps[2].id, "ml-old/packages");
  EXPECT_THAT(verdict.plan.steps[2].after, ElementsAre(1));
  EXPECT_EQ(verdict.plan.steps[2].config,
            &verdict.plan.steps[2].step.GetExtension(python_packages));
}

}  // namespace
}  // namespace provision
