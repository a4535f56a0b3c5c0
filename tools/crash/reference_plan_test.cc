#include "tools/crash/reference_plan.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

using Command = ReferencePlan::Command;

TEST(ReferencePlanTest, IsAppliedUnlessItSaysOtherwise) {
  const absl::StatusOr<ReferencePlan> plan = ParseReferencePlan(
      "files.textproto", "# A sentence: it says nothing.\nname: \"x\"\n");
  ASSERT_OK(plan);
  EXPECT_EQ(plan->name, "files");
  EXPECT_EQ(plan->killed, (Command{"apply", "PLAN"}));
  EXPECT_EQ(plan->then, plan->killed);
  EXPECT_TRUE(plan->setup.empty());
}

TEST(ReferencePlanTest, SaysItsCommandsInItsFirstLines) {
  const absl::StatusOr<ReferencePlan> plan = ParseReferencePlan(
      "p",
      "# setup: plan PLAN --out SAVED\n# setup: apply SAVED\n"
      "# killed: rollback\n# then: apply PLAN\nname: \"x\"\n# setup: late\n");
  ASSERT_OK(plan);
  EXPECT_EQ(plan->setup,
            (std::vector<Command>{{"plan", "PLAN", "--out", "SAVED"},
                                  {"apply", "SAVED"}}));
  EXPECT_EQ(plan->killed, (Command{"rollback"}));
  EXPECT_EQ(plan->then, (Command{"apply", "PLAN"}));
}

TEST(ReferencePlanTest, AWrongWordIsAnError) {
  EXPECT_FALSE(ParseReferencePlan("p", "# set-up: apply PLAN\n").ok());
}

TEST(ReferencePlanTest, FillsInWhatIsKnown) {
  const std::map<std::string, std::string> values = {{"A", "1"}, {"B", ""}};
  EXPECT_EQ(*FillIn("x@A@y@B@z@A@", values), "x1yz1");
  EXPECT_EQ(*FillIn("plain", values), "plain");
  EXPECT_FALSE(FillIn("@C@", values).ok());
}

}  // namespace
}  // namespace provision
