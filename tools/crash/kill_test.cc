// A sample of what tools/crash/sweep does in full: every reference plan is
// disturbed at some of its calls, chosen by fixed seeds.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/testing/testing.h"
#include "tools/crash/convergence.h"
#include "tools/crash/crash_fixture.h"
#include "tools/crash/sweep_cases.h"
#include "tools/crash/trace_lint.h"

namespace provision {
namespace {

class KillTest : public ::testing::TestWithParam<std::string> {};

TEST_P(KillTest, AnyFaultConverges) {
  Workspace workspace = NewWorkspace();
  const ReferencePlan plan = RunfilePlan(GetParam());
  absl::StatusOr<UndisturbedRun> undisturbed = RunUndisturbed(workspace, plan);
  ASSERT_OK(undisturbed);
  const struct {
    const char* faults;
    int count;
  } kSamples[] = {
      {"kill", 4}, {"double", 1}, {"errno", 2}, {"short", 1}, {"signal", 1}};
  for (const auto& sample : kSamples) {
    absl::StatusOr<std::vector<CrashCase>> cases =
        SweepCases(undisturbed->trace, sample.faults, "both");
    ASSERT_OK(cases);
    Sample(sample.count, /*seed=*/4, &*cases);
    for (const CrashCase& crash : *cases) {
      absl::StatusOr<CaseResult> result =
          RunCase(workspace, plan, *undisturbed, crash);
      ASSERT_OK(result);
      EXPECT_THAT(result->violations, ::testing::IsEmpty())
          << crash.Text() << "\n"
          << workspace.Output();
    }
  }
}

// T2.
TEST_P(KillTest, ItsTraceRestsOnNothingThatACutMayTake) {
  Workspace workspace = NewWorkspace();
  absl::StatusOr<UndisturbedRun> undisturbed =
      RunUndisturbed(workspace, RunfilePlan(GetParam()));
  ASSERT_OK(undisturbed);
  EXPECT_THAT(LintTrace(undisturbed->trace, {.state = workspace.state(),
                                             .store = workspace.store(),
                                             .tree = workspace.tree()}),
              ::testing::IsEmpty());
}

// G7. A change that the program itself forbids while it plans is none, and was
// still tried.
TEST_P(KillTest, PlanningTriesNoChange) {
  Workspace workspace = NewWorkspace();
  ASSERT_OK(workspace.Prepare(RunfilePlan(GetParam())));
  absl::StatusOr<TraceResult> result =
      workspace.Run({"plan", "PLAN"}, {.keep_trace = true});
  ASSERT_OK(result);
  EXPECT_EQ(result->exit_code, 2) << workspace.Output();
  for (const TracedCall& call : result->trace) {
    const bool changes =
        call.number > 0 && call.call->kind != MutatingCall::Kind::kExec;
    EXPECT_FALSE(changes) << call.Text();
  }
}

INSTANTIATE_TEST_SUITE_P(Plans, KillTest,
                         ::testing::ValuesIn(RunfilePlanNames()),
                         [](const auto& plan) { return plan.param; });

}  // namespace
}  // namespace provision
