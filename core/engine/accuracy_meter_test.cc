#include "core/engine/accuracy_meter.h"

#include "absl/strings/str_cat.h"
#include "core/actions/action_handler.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kA[] = "link { path: '/a' }";
constexpr char kB[] = "link { path: '/b' }";

class Kept final : public EventSink {
 public:
  void Emit(Event event) override { events.push_back(std::move(event)); }
  std::vector<Event> events;
};

class AccuracyMeterTest : public ::testing::Test {
 protected:
  void Plan(const std::string& proposal) {
    Say("step_planned { proposal { " + proposal + " } }");
  }
  void Done(const std::string& action, const std::string& outcome) {
    Say("action_started { line { verb: 'link' object: 'it' } }");
    Say(absl::StrCat("action_done { outcome: ", outcome, " digest: '",
                     ActionDigest(ParseText<Action>(action), {}), "' }"));
  }
  void Say(const std::string& what) {
    meter_.Emit(ParseText<Event>("step: 's' " + what));
  }
  std::vector<Event::Accuracy> Tell() {
    kept_.events.clear();
    meter_.Tell();
    std::vector<Event::Accuracy> told;
    for (const Event& event : kept_.events) {
      EXPECT_EQ(event.step(), "s");
      told.push_back(event.accuracy());
    }
    return told;
  }

  static std::string Actions(const std::vector<std::string>& actions) {
    std::string text;
    for (const std::string& action : actions) {
      text += "action { " + action + " } ";
    }
    return text;
  }

  Kept kept_;
  AccuracyMeter meter_{kept_};
};

TEST_F(AccuracyMeterTest, EventsArePassedOn) {
  Plan("fidelity: EXACT");
  Done(kA, "COMMITTED");
  EXPECT_THAT(kept_.events, SizeIs(3));
}

TEST_F(AccuracyMeterTest, WhatWasAnnouncedWasDone) {
  Plan("fidelity: EXACT " + Actions({kA, kB}));
  Done(kA, "COMMITTED");
  Done(kB, "COMMITTED");
  Say("step_done { result: CHANGED }");
  EXPECT_THAT(Tell(), ElementsAre(EqualsProto("predicted: 2 performed: 2")));
}

TEST_F(AccuracyMeterTest, WhatWasFoundDoneIsNoDifference) {
  Plan("fidelity: EXACT " + Actions({kA, kB}));
  Done(kA, "SKIPPED");
  Done(kB, "COMMITTED");
  Say("step_done { result: CHANGED }");
  EXPECT_THAT(Tell(), ElementsAre(EqualsProto("predicted: 2 performed: 1")));
}

TEST_F(AccuracyMeterTest, BothKindsOfDifferenceAreNamed) {
  Plan("fidelity: PREDICTED " + Actions({kA}));
  Done(kB, "COMMITTED");
  Say("step_done { result: CHANGED }");
  EXPECT_THAT(Tell(), ElementsAre(EqualsProto(
                          "predicted: 1 performed: 1 "
                          "differs: 'link /a was announced and not done' "
                          "differs: 'link it was not announced'")));
}

TEST_F(AccuracyMeterTest, WhatAnEarlierStepDidAlreadyIsADifference) {
  Plan("fidelity: EXACT " + Actions({kA}));
  Say("step_done { result: ALREADY_SO }");
  EXPECT_THAT(Tell(),
              ElementsAre(EqualsProto("predicted: 1 performed: 0 "
                                      "differs: 'link /a was announced and not "
                                      "done'")));
}

// As of two steps that both want a folder to be there.
TEST_F(AccuracyMeterTest, WhatTheSameActionOfAnotherStepDidIsNoDifference) {
  Plan("fidelity: EXACT " + Actions({kA, kB}));
  Done(kB, "COMMITTED");
  Say("step_done { result: CHANGED }");
  meter_.Emit(ParseText<Event>("step: 't' step_planned { proposal {} }"));
  meter_.Emit(ParseText<Event>(
      absl::StrCat("step: 't' action_done { outcome: COMMITTED digest: '",
                   ActionDigest(ParseText<Action>(kA), {}), "' }")));
  EXPECT_THAT(Tell(), ElementsAre(EqualsProto("predicted: 2 performed: 1")));
}

TEST_F(AccuracyMeterTest, OfALadderTheRungThatWasTakenCounts) {
  Plan("fidelity: EXACT rung { name: 'X' " + Actions({kA}) +
       "} rung { name: 'Y' " + Actions({kB}) + "}");
  Done(kA, "COMMITTED");
  Done(kB, "COMMITTED");
  Say("step_done { result: CHANGED rung: 'Y' }");
  EXPECT_THAT(Tell(), ElementsAre(EqualsProto("predicted: 1 performed: 2")));
}

TEST_F(AccuracyMeterTest, NothingIsSaidOfStepsThatWereUnknownFailedOrDone) {
  Plan("fidelity: UNKNOWN");
  Done(kA, "COMMITTED");
  Say("step_done { result: CHANGED }");
  EXPECT_THAT(Tell(), IsEmpty());
  Plan("fidelity: EXACT " + Actions({kA, kB}));
  Done(kA, "COMMITTED");
  Say("step_failed {}");
  EXPECT_THAT(Tell(), IsEmpty());
}

TEST_F(AccuracyMeterTest, NothingIsSaidOfAConvergedStep) {
  Plan("fidelity: EXACT");
  Say("step_done { result: ALREADY_SO }");
  EXPECT_THAT(Tell(), IsEmpty());
}

}  // namespace
}  // namespace provision
