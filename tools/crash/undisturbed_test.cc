// What a build with a planted bug must still do, so that only the technique
// that is meant for it can find it: each plan undisturbed, again, and taken
// back.

#include "core/testing/testing.h"
#include "tools/crash/crash_fixture.h"

namespace provision {
namespace {

class UndisturbedTest : public ::testing::TestWithParam<std::string> {};

TEST_P(UndisturbedTest, AppliesGoesOnAndRollsBack) {
  const ReferencePlan plan = RunfilePlan(GetParam());
  Workspace workspace = NewWorkspace();
  ASSERT_OK(workspace.Prepare(plan));
  const TreeSnapshot before = workspace.Tree();
  const auto exit_of = [&](const ReferencePlan::Command& command) {
    absl::StatusOr<TraceResult> run = workspace.Run(command);
    EXPECT_OK(run);
    return run.ok() ? run->exit_code : -1;
  };
  const bool fails = plan.name == "failing_step";
  EXPECT_EQ(exit_of({"apply", "PLAN"}), fails ? 3 : 0) << workspace.Output();
  const TreeSnapshot after = workspace.Tree();
  EXPECT_EQ(exit_of({"apply", "PLAN"}), fails ? 3 : 0) << workspace.Output();
  EXPECT_THAT(TreeDifferences(workspace.Tree(), after), ::testing::IsEmpty());
  // 1: something has no inverse; all else is taken back.
  const int code = exit_of({"rollback"});
  EXPECT_TRUE(code == 0 || code == 1) << code << workspace.Output();
  for (const auto& [path, description] : before) {
    EXPECT_EQ(workspace.Tree()[path], description) << path;
  }
}

INSTANTIATE_TEST_SUITE_P(Plans, UndisturbedTest,
                         ::testing::ValuesIn(RunfilePlanNames()),
                         [](const auto& plan) { return plan.param; });

}  // namespace
}  // namespace provision
