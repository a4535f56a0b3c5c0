#include "core/engine/action_undo.h"

#include <string>
#include <vector>

#include "core/engine/run_fixture.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ActionUndoTest : public ::testing::Test {
 protected:
  ActionUndoTest() {
    system_.AddDirectory("/srv");
    system_.AddFile("/etc/machine-id", "0123456789abcdef\n");
  }

  static void Perform(OpenRun& run, const StepAction& action) {
    EXPECT_EQ(run.executor.Perform(action).outcome,
              PerformResult::Outcome::kCommitted);
  }

  FakeSystem system_;
  EngineFixture fixture_{system_};
};

TEST_F(ActionUndoTest, TakesAStepBackNewestFirst) {
  system_.AddFile("/srv/a", "was there");
  InNewRun(fixture_, [this](OpenRun& run) {
    Perform(run, WriteOf("s", "/srv/a", 1));
    Perform(run, WriteOf("s", "/srv/b", 2));
    Perform(run, WriteOf("other", "/srv/c"));
    EXPECT_EQ(run.executor.begun(), 3);
    EXPECT_THAT(run.executor.UndoStep("s", UndoneRungs::kAll), IsEmpty());
    EXPECT_EQ(system_.Content("/srv/a"), "was there");
    EXPECT_EQ(system_.Content("/srv/b"), absl::nullopt);
    EXPECT_EQ(system_.Content("/srv/c"), "/srv/c");
    EXPECT_EQ(run.executor.begun(), 1);
    EXPECT_EQ(run.executor.committed_count("s"), 0);
    EXPECT_THAT(run.History().committed(), SizeIs(1));
  });
  std::vector<std::string> undone;
  for (const std::string& operation : system_.operations()) {
    if (operation == "remove /srv/b" ||
        (operation.rfind("rename", 0) == 0 &&
         operation.find("to /srv/a") != std::string::npos)) {
      undone.push_back(operation.substr(0, 6));
    }
  }
  // Written, then taken back: b before a.
  EXPECT_THAT(undone, ElementsAre("rename", "remove", "rename"));
}

TEST_F(ActionUndoTest, OnlyTheRungThatIsAskedFor) {
  InNewRun(fixture_, [this](OpenRun& run) {
    Perform(run, WriteOf("s", "/srv/first", 1, "FIRST"));
    Perform(run, WriteOf("s", "/srv/second", 1, "SECOND"));
    run.executor.UndoStep("s", UndoneRungs::kOthers, "SECOND");
    EXPECT_EQ(system_.Content("/srv/first"), absl::nullopt);
    EXPECT_EQ(system_.Content("/srv/second"), "/srv/second");
    run.executor.UndoStep("s", UndoneRungs::kThis, "SECOND");
    EXPECT_EQ(system_.Content("/srv/second"), absl::nullopt);
  });
}

TEST_F(ActionUndoTest, WhatSomebodyElseChangedStaysAndIsNamed) {
  InNewRun(fixture_, [this](OpenRun& run) {
    Perform(run, WriteOf("s", "/srv/a", 1));
    Perform(run, WriteOf("s", "/srv/b", 2));
    system_.AddFile("/srv/b", "edited");
    EXPECT_THAT(run.executor.UndoStep("s", UndoneRungs::kAll),
                ElementsAre(HasSubstr("changed since by someone else")));
    EXPECT_EQ(system_.Content("/srv/b"), "edited");
    EXPECT_EQ(system_.Content("/srv/a"), absl::nullopt) << "the rest is undone";
    EXPECT_EQ(run.executor.committed_count("s"), 1);
  });
}

TEST_F(ActionUndoTest, WhatNobodyKnowsHasNoInverse) {
  InNewRun(fixture_, [](OpenRun& run) {
    JournalRecord::Intent assumed;
    assumed.mutable_id()->set_step("s");
    absl::StatusOr<UndoOutcome> outcome = run.executor.Undo(assumed);
    ASSERT_OK(outcome);
    EXPECT_EQ(*outcome, UndoOutcome::kNoInverse);
    EXPECT_FALSE(run.directory.begun()) << "nothing is put on record";
  });
}

}  // namespace
}  // namespace provision
