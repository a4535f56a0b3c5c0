// Many file actions at once, as a user meets them: through a whole apply.

#include "core/engine/action_group.h"

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/engine/engine_fixture.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;

// The name it was made under.
constexpr char kJournal[] = "/journal.new.tmp";

class ActionGroupTest : public ::testing::Test {
 protected:
  ActionGroupTest() {
    system_.AddDirectory("/srv");
    system_.AddFile("/etc/machine-id", "0123456789abcdef\n");
  }

  // A step of `count` files in /srv, with `more` actions behind them.
  static std::string PlanOf(int count, absl::string_view more = "") {
    std::string plan =
        "step { name: \"many\" [provision.scripted] { proposal {";
    for (int i = 0; i < count; ++i) {
      absl::StrAppend(&plan, "action { write_file { path: \"/srv/", i,
                      "\" content: \"", i, "\" } }\n");
    }
    return absl::StrCat(plan, more, "} } }");
  }

  // `count` steps of one file each.
  static std::string StepsOf(int count) {
    std::string plan;
    for (int i = 0; i < count; ++i) {
      absl::StrAppend(&plan, "step { name: \"s", i,
                      "\" [provision.scripted] { file { path: \"/srv/", i,
                      "\" content: \"", i, "\" } } }\n");
    }
    return plan;
  }

  int Count(absl::string_view begin, absl::string_view end = "") {
    const std::vector<std::string> all = system_.operations();
    return std::count_if(all.begin(), all.end(), [&](const std::string& one) {
      return absl::StartsWith(one, begin) && absl::EndsWith(one, end);
    });
  }

  FakeSystem system_;
  EngineFixture engine_{system_};
};

TEST_F(ActionGroupTest, SyncsOnceForAllOfThem) {
  for (const int count : {8, 100}) {
    system_.RemoveTree("/srv");
    system_.RemoveTree("/state");
    system_.AddDirectory("/srv");
    system_.ClearLogs();
    ASSERT_EQ(engine_.Apply(PlanOf(count)), ExitCode::kConverged);
    EXPECT_EQ(engine_.summary().actions(), count);
    EXPECT_EQ(Count("syncfs "), 2);
    EXPECT_EQ(Count("sync /srv"), 0);
    // BEGIN, INTENTs, COMMITs, STEP_DONE, DONE.
    EXPECT_EQ(Count("sync ", kJournal), 5) << count;
  }
}

TEST_F(ActionGroupTest, StepsOfOneFileEachShareTheirSyncs) {
  for (const int count : {8, 100}) {
    system_.RemoveTree("/srv");
    system_.RemoveTree("/state");
    system_.AddDirectory("/srv");
    system_.ClearLogs();
    ASSERT_EQ(engine_.Apply(StepsOf(count)), ExitCode::kConverged);
    EXPECT_EQ(engine_.summary().changed(), count);
    EXPECT_EQ(engine_.summary().actions(), count);
    EXPECT_EQ(Count("syncfs "), 2);
    EXPECT_EQ(Count("sync /srv"), 0);
    // BEGIN, INTENTs, COMMITs, STEP_DONEs, DONE.
    EXPECT_EQ(Count("sync ", kJournal), 5) << count;
  }
  ASSERT_EQ(engine_.Apply(StepsOf(100)), ExitCode::kConverged);
  EXPECT_EQ(engine_.summary().actions(), 0);
}

TEST_F(ActionGroupTest, AStepThatFailsHoldsUpNoOtherOfTheGroup) {
  FakeFault fault;
  fault.operation = "to /srv/5";
  fault.error_number = ENOSPC;
  system_.AddFault(fault);
  const std::string plan = absl::StrCat(StepsOf(9), R"pb(
    step {
      name: "after"
      after: "s5"
      [provision.scripted] { file { path: "/srv/after" content: "" } }
    })pb");
  EXPECT_EQ(engine_.Apply(plan), ExitCode::kStopped);
  EXPECT_THAT(engine_.ends(),
              IsSupersetOf({"s4 changed", "s5 failed host/no-space",
                            "s6 changed", "after blocked by s5"}));
  EXPECT_EQ(system_.Content("/srv/6"), "6");
  EXPECT_EQ(system_.Content("/srv/5"), absl::nullopt);
  EXPECT_EQ(engine_.Apply(plan), ExitCode::kConverged);
  EXPECT_EQ(engine_.summary().actions(), 2);
}

TEST_F(ActionGroupTest, ALostDiskIsOneErrorNotOneForEachStep) {
  FakeFault fault;
  fault.operation = "syncfs";
  fault.error_number = EIO;
  system_.AddFault(fault);
  EXPECT_EQ(engine_.Apply(StepsOf(8)), ExitCode::kNotDurable);
  EXPECT_THAT(engine_.ends(), ElementsAre("s0 failed run/not-durable"));
  EXPECT_EQ(engine_.Apply(StepsOf(8)), ExitCode::kConverged);
}

TEST_F(ActionGroupTest, StepsThatWantOneFolderShareWhatElseTheyDo) {
  std::string plan;
  for (int i = 0; i < 9; ++i) {
    absl::StrAppend(&plan, "step { name: \"s", i,
                    "\" [provision.scripted] { file { path: \"/srv/d/", i,
                    "\" content: \"\" } } }\n");
  }
  ASSERT_EQ(engine_.Apply(plan), ExitCode::kConverged);
  EXPECT_EQ(Count("syncfs "), 2);
  for (int i = 0; i < 9; ++i) {
    EXPECT_EQ(system_.Content(absl::StrCat("/srv/d/", i)), "") << i;
  }
}

TEST_F(ActionGroupTest, AFewAreDoneOneByOne) {
  ASSERT_EQ(engine_.Apply(PlanOf(7)), ExitCode::kConverged);
  EXPECT_EQ(Count("syncfs "), 0);
  EXPECT_EQ(Count("sync /srv", ".tmp"), 7);
}

TEST_F(ActionGroupTest, NothingOfItBeginsBeforeTheIntentsAreDurable) {
  ASSERT_EQ(engine_.Apply(PlanOf(8)), ExitCode::kConverged);
  std::string order;
  for (const std::string& operation : system_.operations()) {
    const bool is_journal = absl::EndsWith(operation, kJournal);
    if (is_journal && absl::StartsWith(operation, "append")) order += 'a';
    if (is_journal && absl::StartsWith(operation, "sync")) order += 's';
    if (absl::StartsWith(operation, "create /srv/")) order += 'c';
    if (absl::StartsWith(operation, "rename /srv/")) order += 'r';
    if (absl::StartsWith(operation, "syncfs ")) order += 'S';
  }
  // STEP_DONE and DONE are the last two.
  EXPECT_THAT(order, HasSubstr("asccccccccSrrrrrrrrSasasas"));
}

TEST_F(ActionGroupTest, OneSyncForEachFileSystem) {
  system_.AddMount("/mnt");
  system_.AddDirectory("/srv/sub");
  ASSERT_EQ(engine_.Apply(PlanOf(8, R"pb(
    action { write_file { path: "/mnt/a" content: "a" } }
    action { write_file { path: "/srv/sub/a" content: "a" } }
  )pb")),
            ExitCode::kConverged);
  EXPECT_EQ(Count("syncfs "), 4);
  EXPECT_EQ(Count("syncfs /mnt"), 2);
}

TEST_F(ActionGroupTest, PreimagesAreDurableBeforeTheIntents) {
  for (int i = 0; i < 8; ++i) {
    system_.AddFile(absl::StrCat("/srv/", i), absl::StrCat("was ", i));
  }
  const auto before = system_.Snapshot("/srv");
  ASSERT_EQ(engine_.Apply(PlanOf(8)), ExitCode::kConverged);
  EXPECT_EQ(Count("syncfs ", "/undo"), 1);
  EXPECT_EQ(engine_.Rollback(), ExitCode::kConverged);
  EXPECT_EQ(system_.Snapshot("/srv"), before);
}

TEST_F(ActionGroupTest, WhatFollowsAFailureIsNotDone) {
  FakeFault fault;
  fault.operation = "to /srv/5";
  fault.error_number = ENOSPC;
  system_.AddFault(fault);
  EXPECT_EQ(engine_.Apply(PlanOf(9)), ExitCode::kStopped);
  EXPECT_THAT(engine_.ends(), ElementsAre("many failed host/no-space"));
  EXPECT_EQ(system_.Content("/srv/4"), "4");
  for (const int i : {5, 6, 7, 8}) {
    EXPECT_EQ(system_.Content(absl::StrCat("/srv/", i)), absl::nullopt) << i;
  }
  for (const auto& [path, what] : system_.Snapshot("/srv")) {
    EXPECT_THAT(path, Not(HasSubstr(".tmp")));
  }
  EXPECT_EQ(engine_.Apply(PlanOf(9)), ExitCode::kConverged);
  EXPECT_EQ(engine_.summary().actions(), 4);
  EXPECT_THAT(engine_.errors(), IsEmpty());
}

TEST_F(ActionGroupTest, WhatCannotBePreparedEndsTheGroupBeforeIt) {
  system_.AddDirectory("/srv/8");
  EXPECT_EQ(engine_.Apply(PlanOf(12)), ExitCode::kStopped);
  EXPECT_THAT(engine_.ends(), ElementsAre("many failed apply/in-the-way"));
  EXPECT_EQ(system_.Content("/srv/7"), "7");
  EXPECT_EQ(system_.Content("/srv/9"), absl::nullopt);
}

TEST_F(ActionGroupTest, AFailedSyncIsNeverForgotten) {
  FakeFault fault;
  fault.operation = "syncfs";
  fault.error_number = EIO;
  system_.AddFault(fault);
  EXPECT_EQ(engine_.Apply(PlanOf(8)), ExitCode::kNotDurable);
  EXPECT_EQ(Count("syncfs "), 1) << "it is not tried again";
  EXPECT_EQ(Count("rename /srv/"), 0);
  EXPECT_EQ(engine_.Apply(PlanOf(8)), ExitCode::kConverged);
}

TEST_F(ActionGroupTest, AFolderAndWhatIsInItAreNoGroup) {
  ASSERT_EQ(engine_.Apply(R"pb(
    step {
      name: "tree"
      [provision.scripted] {
        file { path: "/srv/d/1" content: "" }
        file { path: "/srv/d/2" content: "" }
        file { path: "/srv/d/3" content: "" }
        file { path: "/srv/d/4" content: "" }
        file { path: "/srv/d/5" content: "" }
        file { path: "/srv/d/6" content: "" }
        file { path: "/srv/d/7" content: "" }
        file { path: "/srv/d/8" content: "" }
      }
    }
  )pb"),
            ExitCode::kConverged);
  EXPECT_EQ(Count("syncfs "), 2);
  EXPECT_EQ(engine_.summary().actions(), 9);
}

TEST_F(ActionGroupTest, AnOldKernelDoesNotTellSoThereIsNoGroup) {
  SystemNames names = system_.names();
  names.release = "5.4.0-26-generic";
  system_.SetNames(names);
  ASSERT_EQ(engine_.Apply(PlanOf(8)), ExitCode::kConverged);
  EXPECT_EQ(Count("syncfs "), 0);
}

}  // namespace
}  // namespace provision
