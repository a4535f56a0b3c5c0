// T12: no decision depends on the wall clock. Runs are killed by one clock and
// go on by another: years ahead, a day back, a hundred times as fast.

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "core/testing/testing.h"
#include "tools/crash/convergence.h"
#include "tools/crash/crash_fixture.h"

namespace provision {
namespace {

// Debian's libfaketime: every program that the tracer or the run starts has the
// other clock.
constexpr char kLibrary[] =
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

class ClockTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (access(kLibrary, R_OK) != 0) GTEST_SKIP() << "no libfaketime";
  }
  static std::vector<std::string> OtherClock() {
    return {absl::StrCat("LD_PRELOAD=", kLibrary),
            absl::StrCat("FAKETIME=", GetParam()),
            "FAKETIME_DONT_FAKE_MONOTONIC=1"};
  }
};

TEST_P(ClockTest, ItConvergesWhicheverClockComesFirst) {
  for (const char* name : {"files", "commands", "follow_up", "fetch_unpack"}) {
    Workspace workspace = NewWorkspace();
    const ReferencePlan plan = RunfilePlan(name);
    absl::StatusOr<UndisturbedRun> undisturbed =
        RunUndisturbed(workspace, plan);
    ASSERT_OK(undisturbed);
    for (const bool killed_by_other : {false, true}) {
      SCOPED_TRACE(absl::StrCat(name, killed_by_other ? ", back" : ", there"));
      ASSERT_OK(workspace.Prepare(plan));
      const std::vector<std::string> other = OtherClock();
      const std::vector<std::string> own;
      absl::StatusOr<TraceResult> killed = workspace.Run(
          plan.killed, {.fault = {.kind = Fault::Kind::kKillAfter,
                                  .at = undisturbed->calls * 2 / 3},
                        .variables = killed_by_other ? other : own});
      ASSERT_OK(killed);
      EXPECT_TRUE(killed->killed);
      for (int again = 0; again < 2; ++again) {
        absl::StatusOr<TraceResult> run = workspace.Run(
            plan.then, {.variables = killed_by_other ? own : other});
        ASSERT_OK(run);
        EXPECT_EQ(run->exit_code, 0) << workspace.Output();
        EXPECT_THAT(TreeDifferences(workspace.Tree(), undisturbed->after),
                    ::testing::IsEmpty());
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Clocks, ClockTest,
                         ::testing::Values("+5y", "-1d", "+0 x100"),
                         [](const auto& clock) {
                           return absl::StrCat("Clock", clock.index);
                         });

}  // namespace
}  // namespace provision
