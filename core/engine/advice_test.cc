#include "core/engine/advice.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Advice Sample() {
  return {.apply = "apply plan.textproto",
          .selection = " --only b",
          .goes_on = "apply /srv/plan.textproto",
          .flags = " --state-dir /srv/state"};
}

Event::Summary Advised(const char* summary, const LeftSteps& left) {
  auto advised = ParseText<Event::Summary>(summary);
  AdviseAfterApply(Sample(), left, &advised);
  return advised;
}

TEST(AdviceTest, EachCommandIsAboutTheSameStateAndTheSameSteps) {
  EXPECT_EQ(Sample().Apply(),
            "provision apply plan.textproto --only b --state-dir /srv/state");
  EXPECT_EQ(Sample().ApplyAll(),
            "provision apply plan.textproto --state-dir /srv/state");
  EXPECT_EQ(Sample().Command("status"),
            "provision status --state-dir /srv/state");
}

TEST(AdviceTest, AFailureSaysWhatGoesOnAndWhatIsUndone) {
  const Event::Summary stopped =
      Advised("exit: 3 run: '7f3c2a91-0d4e'",
              {{"packages"}, {"migrate"}, {"limits", "python"}});
  EXPECT_THAT(
      stopped.next(),
      ElementsAre("provision apply plan.textproto --only b --state-dir "
                  "/srv/state",
                  "provision rollback 7f3c2a91 --state-dir /srv/state"));
  EXPECT_THAT(stopped.next_note(),
              ElementsAre("goes on with packages, then migrate",
                          "undoes limits, python"));
}

TEST(AdviceTest, OfManyStepsAFewAreNamed) {
  EXPECT_THAT(
      Advised("exit: 6", {{"a", "b", "c", "d", "e"}, {}, {}}).next_note(),
      ElementsAre("goes on with a, b, c and 2 more"));
}

TEST(AdviceTest, BesideAnUnfinishedRunTheWholeIsAdvised) {
  EXPECT_THAT(
      Advised("exit: 0 run: 'x' unfinished: 'run y: failed'", {}).next(),
      ElementsAre("provision apply plan.textproto --state-dir "
                  "/srv/state"));
  EXPECT_THAT(Advised("exit: 0", {}).next(), IsEmpty());
}

}  // namespace
}  // namespace provision
