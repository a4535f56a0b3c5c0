#include "core/plan/effective_values.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/plan/plan_check.h"
#include "core/plan/sample_provisioners.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(EffectiveValuesTest, EachValueHasItsOrigin) {
  PlanFile file;
  file.file = "plan.textproto";
  file.path = "/plan.textproto";
  file.folder = "/";
  file.content = R"(name: "repo"
step {
  name: "python"
  retry { attempts: 2 }
  verify { import: "ssl" }
  [provision.python] { version: "3.11" environment: "" ladder: [EXACT, SYSTEM] }
}
environment {
  name: "ml"
  step { name: "python" tag: "gpu" [provision.python] { version: "3.12" } }
}
)";
  const Registry registry = SampleRegistryForTest();
  const PlanVerdict verdict = CheckPlan(file, registry);
  ASSERT_TRUE(verdict.ok());
  std::vector<std::string> lines;
  for (const EffectiveValue& value : EffectiveValues(verdict.plan.steps[0])) {
    lines.push_back(absl::StrCat(value.field, " ", value.value, " ",
                                 value.origin, " ", value.line));
  }
  EXPECT_THAT(
      lines,
      testing::ElementsAre(
          "name \"python\" environment ml 10",
          "tag[0] \"gpu\" environment ml 10", "verify[0].import \"ssl\" plan 5",
          "verify[0].deadline_s  default 0", "verify[0].environment  default 0",
          "verify[0].text  default 0", "retry.attempts 2 plan 4",
          "retry.backoff_s 1 default 0", "timeout_s 3600 default 0",
          "on_failure STOP default 0", "on  default 0",
          "python.version \"3.12\" environment ml 10",
          // Set to what is the default: not the default.
          "python.environment \"\" plan 6", "python.ladder[0] EXACT plan 6",
          "python.ladder[1] SYSTEM plan 6"));
}

}  // namespace
}  // namespace provision
