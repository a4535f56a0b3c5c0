#include "core/cli/report/critical_path.h"

#include <string>
#include <vector>

#include "core/testing/testing.h"

namespace provision {
namespace {

std::vector<std::string> Critical(absl::string_view text) {
  Report report = ParseText<Report>(text);
  MarkCriticalPath(&report);
  std::vector<std::string> steps;
  for (const Report::Step& step : report.step()) {
    if (step.critical()) steps.push_back(step.step());
  }
  return steps;
}

TEST(CriticalPathTest, GoesBackFromTheLastEnd) {
  EXPECT_THAT(Critical(R"pb(
                step { step: "a" begin_ms: 0 duration_ms: 10 }
                step { step: "b" begin_ms: 0 duration_ms: 90 }
                step {
                  step: "c"
                  after { step: "a" }
                  after { step: "b" }
                  begin_ms: 90
                  duration_ms: 10
                }
                step {
                  step: "d"
                  after { step: "a" }
                  begin_ms: 10
                  duration_ms: 9
                }
              )pb"),
              testing::ElementsAre("b", "c"));
}

TEST(CriticalPathTest, StepsWithoutTimesAreNotOnIt) {
  EXPECT_THAT(Critical(R"pb(
                step { step: "a" }
                step {
                  step: "b"
                  after { step: "a" }
                  begin_ms: 5
                  duration_ms: 1
                }
              )pb"),
              testing::ElementsAre("b"));
  EXPECT_THAT(Critical(R"pb(step { step: "a" })pb"), testing::IsEmpty());
}

TEST(CriticalPathTest, ACircleEnds) {
  EXPECT_THAT(Critical(R"pb(
                step {
                  step: "a"
                  after { step: "b" }
                  begin_ms: 0
                  duration_ms: 5
                }
                step {
                  step: "b"
                  after { step: "a" }
                  begin_ms: 0
                  duration_ms: 6
                }
              )pb"),
              testing::ElementsAre("a", "b"));
}

}  // namespace
}  // namespace provision
