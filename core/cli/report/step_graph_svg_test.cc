#include "core/cli/report/step_graph_svg.h"

#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(StepGraphSvgTest, AStepIsRightOfWhatItComesAfter) {
  const Report report = ParseText<Report>(R"pb(
    step { step: "a" }
    step { step: "b" }
    step {
      step: "c"
      after { step: "a" }
      after { step: "b" }
    }
    step {
      step: "d"
      after { step: "c" }
      after { step: "gone" }
    }
    step {
      step: "e"
      after { step: "b" }
    }
  )pb");
  const std::vector<GraphCell> cells = LayOutGraph(report);
  ASSERT_EQ(cells.size(), 5u);
  const int columns[] = {0, 0, 1, 2, 1};
  std::set<std::pair<int, int>> taken;
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(cells[i].column, columns[i]) << i;
    EXPECT_TRUE(taken.emplace(cells[i].column, cells[i].row).second) << i;
  }
}

TEST(StepGraphSvgTest, EveryStepIsANodeAndEveryEdgeALine) {
  const std::string svg = StepGraphSvg(ParseText<Report>(R"pb(
    step { step: "a" state: "failed" }
    step {
      step: "b"
      state: "blocked"
      after { step: "a" }
      blocked_by: "a"
    }
    step {
      step: "c"
      after { step: "a" because: "a provides .venv" }
    }
  )pb"));
  EXPECT_THAT(svg, testing::HasSubstr("class=\"node bad\" href=\"#s0\""));
  EXPECT_THAT(svg, testing::HasSubstr("class=\"node held\" href=\"#s1\""));
  EXPECT_THAT(svg, testing::HasSubstr("class=\"edge blocks\""));
  EXPECT_THAT(svg, testing::HasSubstr("class=\"edge automatic\""));
}

TEST(StepGraphSvgTest, AThousandStepsHaveAPlaceOfTheirOwn) {
  Report report;
  for (int i = 0; i < 1000; ++i) {
    Report::Step* step = report.add_step();
    step->set_step(absl::StrCat("s", i));
    if (i >= 10) step->add_after()->set_step(absl::StrCat("s", i - 10));
  }
  std::set<std::pair<int, int>> taken;
  for (const GraphCell& cell : LayOutGraph(report)) {
    EXPECT_TRUE(taken.emplace(cell.column, cell.row).second);
    EXPECT_LT(cell.row, 10);
  }
}

}  // namespace
}  // namespace provision
