#include "core/plan/step_graph.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// 3 waits for 1 and 2, which wait for 0; 4 stands alone.
const StepAfter kDiamond = {{}, {0}, {0}, {1, 2}, {}};

TEST(TopologicalOrderTest, PredecessorsFirstElseByIndex) {
  EXPECT_THAT(TopologicalOrder(kDiamond), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(TopologicalOrder({{4}, {}, {1}, {}, {2}}),
              ElementsAre(1, 2, 3, 4, 0));
  EXPECT_THAT(TopologicalOrder({}), IsEmpty());
}

TEST(TopologicalOrderTest, LeavesOutWhatIsInOrBehindACircle) {
  EXPECT_THAT(TopologicalOrder({{1}, {2}, {1}, {}}), ElementsAre(3));
  EXPECT_THAT(TopologicalOrder({{0}}), IsEmpty());
}

TEST(CirclesTest, FindsThem) {
  EXPECT_THAT(Circles(kDiamond), IsEmpty());
  EXPECT_THAT(Circles({{0}}), ElementsAre(ElementsAre(0)));
  EXPECT_THAT(Circles({{1}, {2}, {0}}), ElementsAre(ElementsAre(0, 1, 2)));
  // What leads to a circle is not part of it.
  EXPECT_THAT(Circles({{1}, {2}, {1}}), ElementsAre(ElementsAre(1, 2)));
  EXPECT_THAT(Circles({{1}, {0}, {3}, {2}}),
              ElementsAre(ElementsAre(0, 1), ElementsAre(2, 3)));
  // A group of its own is found although another one was on the way to it.
  EXPECT_THAT(Circles({{1, 3}, {2}, {1}, {0}}),
              ElementsAre(ElementsAre(1, 2), ElementsAre(0, 3)));
  // 0 -> 1 -> 0 and 0 -> 1 -> 2 -> 0 have steps in common: one is enough.
  EXPECT_THAT(Circles({{1}, {0, 2}, {0}}), ElementsAre(ElementsAre(0, 1)));
}

TEST(CirclesTest, AreFewWhereAllWaitForAll) {
  constexpr int kSteps = 1500;
  StepAfter after(kSteps);
  for (std::vector<int>& all : after) {
    for (int i = 0; i < kSteps; ++i) all.push_back(i);
  }
  EXPECT_LE(Circles(after).size(), static_cast<size_t>(kSteps));
  EXPECT_GE(Circles(after).size(), 1u);
}

TEST(CirclesTest, IsLinearOnLongWays) {
  constexpr int kSteps = 200000;
  StepAfter after(kSteps);
  for (int i = 1; i < kSteps; ++i) after[i] = {i - 1};
  EXPECT_THAT(Circles(after), IsEmpty());
  after[0] = {kSteps - 1};
  ASSERT_EQ(Circles(after).size(), 1u);
  EXPECT_EQ(Circles(after)[0].size(), static_cast<size_t>(kSteps));
}

TEST(DependantsTest, AreTheOtherWayRound) {
  EXPECT_THAT(Dependants(kDiamond),
              ElementsAre(ElementsAre(1, 2), ElementsAre(3), ElementsAre(3),
                          IsEmpty(), IsEmpty()));
}

TEST(WithPredecessorsTest, FollowsAll) {
  EXPECT_THAT(WithPredecessors(kDiamond, {false, true, false, false, false}),
              ElementsAre(true, true, false, false, false));
  EXPECT_THAT(WithPredecessors(kDiamond, {false, false, false, true, false}),
              ElementsAre(true, true, true, true, false));
  EXPECT_THAT(WithPredecessors(kDiamond, {false, false, false, false, true}),
              ElementsAre(false, false, false, false, true));
}

TEST(DepthsTest, CountTheLongestWay) {
  EXPECT_THAT(Depths(kDiamond, TopologicalOrder(kDiamond)),
              ElementsAre(1, 2, 2, 3, 1));
}

TEST(ShortestWayTest, FindsOne) {
  const StepAfter dependants = Dependants({{}, {0}, {1}, {2, 0}, {}});
  EXPECT_THAT(ShortestWay(dependants, 0, 3), ElementsAre(0, 3));
  EXPECT_THAT(ShortestWay(dependants, 0, 2), ElementsAre(0, 1, 2));
  EXPECT_THAT(ShortestWay(dependants, 1, 1), ElementsAre(1));
  EXPECT_THAT(ShortestWay(dependants, 3, 0), IsEmpty());
  EXPECT_THAT(ShortestWay(dependants, 0, 4), IsEmpty());
}

}  // namespace
}  // namespace provision
