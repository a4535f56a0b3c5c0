#include "core/engine/saved_plan.h"

#include "core/engine/engine_fixture.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kPlan[] = R"pb(
  step {
    name: "a"
    [provision.scripted] {
      read { file { path: "/etc/setting" } }
      file { path: "/srv/a" content: "A" }
    }
  }
  step {
    name: "b"
    after: "a"
    [provision.scripted] { file { path: "/srv/b" content: "B" } }
  }
)pb";

class SavedPlanTest : public ::testing::Test {
 protected:
  SavedPlanTest() {
    system_.AddDirectory("/srv");
    system_.AddFile("/etc/setting", "1");
    system_.AddFile("/etc/machine-id", "0123456789abcdef\n");
  }

  FakeSystem system_;
  EngineFixture engine_{system_};
};

TEST_F(SavedPlanTest, PerformsExactlyWhatWasSaved) {
  const std::string saved = engine_.SavePlan(kPlan);
  EXPECT_EQ(saved.substr(0, 8), "PRVPLAN1");
  EXPECT_EQ(engine_.ApplySaved(saved), ExitCode::kConverged);
  EXPECT_EQ(system_.Content("/srv/b"), "B");
  EXPECT_EQ(engine_.ApplySaved(saved), ExitCode::kConverged);
  EXPECT_EQ(engine_.summary().actions(), 0);
}

TEST_F(SavedPlanTest, AFactThatMovedIsNamed) {
  const std::string saved = engine_.SavePlan(kPlan);
  system_.AddFile("/etc/setting", "2");
  EXPECT_EQ(engine_.ApplySaved(saved), ExitCode::kRefused);
  EXPECT_THAT(engine_.errors(), Contains("plan/stale"));
  EXPECT_EQ(system_.Content("/srv/a"), absl::nullopt);
}

TEST_F(SavedPlanTest, SecretsInFilesOfTheHostAreNotKeptNorShown) {
  system_.AddFile("/etc/setting", "at https://me:hunter2@h/\ncolor: red\n");
  const std::string saved = engine_.SavePlan(kPlan);
  EXPECT_THAT(saved, Not(HasSubstr("hunter2")));
  EXPECT_THAT(saved, HasSubstr("color: red"));
  system_.AddFile("/etc/setting", "at https://me:hunter3@h/\ncolor: blue\n");
  EXPECT_EQ(engine_.ApplySaved(saved), ExitCode::kRefused);
  EXPECT_THAT(engine_.errors(), Contains("plan/stale"));
  system_.AddFile("/etc/setting", "at https://me:hunter2@h/\ncolor: red\n");
  EXPECT_EQ(engine_.ApplySaved(saved), ExitCode::kConverged);
}

TEST_F(SavedPlanTest, AnotherHostIsRefused) {
  const std::string saved = engine_.SavePlan(kPlan);
  system_.AddFile("/etc/machine-id", "another\n");
  EXPECT_EQ(engine_.ApplySaved(saved), ExitCode::kRefused);
  EXPECT_THAT(engine_.errors(), Contains("plan/other-host"));
}

TEST_F(SavedPlanTest, DamageIsFound) {
  const std::string saved = engine_.SavePlan(kPlan);
  for (size_t i = 0; i < saved.size(); ++i) {
    std::string flipped = saved;
    flipped[i] ^= 1;
    EXPECT_FALSE(DecodeSavedPlan(flipped).ok()) << i;
    EXPECT_FALSE(DecodeSavedPlan(saved.substr(0, i)).ok()) << i;
  }
}

TEST_F(SavedPlanTest, KilledAnywhereTheSameCommandFinishesIt) {
  for (int n = 1;; ++n) {
    SCOPED_TRACE(n);
    FakeSystem system;
    system.AddDirectory("/srv");
    system.AddFile("/etc/setting", "1");
    system.AddFile("/etc/machine-id", "0123456789abcdef\n");
    EngineFixture engine(system);
    const std::string saved = engine.SavePlan(kPlan);
    system.CrashAt(n);
    engine.ApplySaved(saved);
    if (!system.crashed()) break;
    system.Restart();
    ASSERT_EQ(engine.ApplySaved(saved), ExitCode::kConverged)
        << ::testing::PrintToString(engine.errors());
    EXPECT_EQ(system.Content("/srv/a"), "A");
    EXPECT_EQ(system.Content("/srv/b"), "B");
  }
}

// A command has no audit, so what it changed before it was cut or failed stands
// behind no COMMIT.
TEST_F(SavedPlanTest, WhatACutCommandChangedIsNoReasonToRefuse) {
  int runs = 0;
  system_.AddScript({"/bin/x"}, [&](const ProcessSpec&) {
    system_.AddFile("/srv/x", "");
    ProcessResult result;
    result.status = ++runs == 1 ? 1 : 0;
    return result;
  });
  const std::string saved = engine_.SavePlan(R"pb(
    step {
      name: "x"
      [provision.scripted] {
        until: "/srv/x"
        proposal {
          action {
            run { argv: "/bin/x" }
            repeat_class: CONVERGENT
          }
        }
      }
    }
  )pb");
  EXPECT_EQ(engine_.ApplySaved(saved), ExitCode::kStopped);
  EXPECT_EQ(engine_.ApplySaved(saved), ExitCode::kConverged)
      << ::testing::PrintToString(engine_.errors());
  EXPECT_EQ(runs, 2);
}

TEST_F(SavedPlanTest, AnUnauditableActionThatThisPlanCommittedIsNotRepeated) {
  int runs = 0;
  system_.AddScript({"/bin/x"}, [&runs](const ProcessSpec&) {
    ++runs;
    return ProcessResult();
  });
  const std::string saved = engine_.SavePlan(R"pb(
    step {
      name: "x"
      [provision.scripted] {
        proposal {
          action {
            run { argv: "/bin/x" }
            repeat_class: CONVERGENT
          }
        }
      }
    }
  )pb");
  EXPECT_EQ(engine_.ApplySaved(saved), ExitCode::kConverged);
  EXPECT_EQ(engine_.ApplySaved(saved), ExitCode::kConverged);
  EXPECT_EQ(runs, 1);
}

TEST_F(SavedPlanTest, AnUnknownStepWantsToBeAccepted) {
  const std::string saved = engine_.SavePlan(R"pb(
    step {
      name: "later"
      [provision.scripted] {
        needs_path: "/etc/other"
        file { path: "/srv/a" content: "A" }
        proposal { envelope { kind: "write_file" path: "/srv" } }
      }
    }
  )pb");
  EXPECT_EQ(engine_.ApplySaved(saved), ExitCode::kUsage);
  EXPECT_EQ(system_.Content("/srv/a"), absl::nullopt);
  system_.AddFile("/etc/other", "");
  engine_.options.accept = {"later"};
  EXPECT_EQ(engine_.ApplySaved(saved), ExitCode::kConverged);
  EXPECT_EQ(system_.Content("/srv/a"), "A");
}

TEST_F(SavedPlanTest, AnAcceptedStepMayNotWriteOutsideItsEnvelope) {
  const std::string saved = engine_.SavePlan(R"pb(
    step {
      name: "later"
      [provision.scripted] {
        needs_path: "/etc/other"
        file { path: "/srv/a" content: "A" }
        proposal { envelope { kind: "write_file" path: "/opt" } }
      }
    }
  )pb");
  system_.AddFile("/etc/other", "");
  engine_.options.accept = {"unknown"};
  EXPECT_EQ(engine_.ApplySaved(saved), ExitCode::kFailed);
  EXPECT_THAT(engine_.ends(),
              ElementsAre("later failed plan/outside-envelope"));
  EXPECT_EQ(system_.Content("/srv/a"), absl::nullopt);
}

TEST_F(SavedPlanTest, AProvisionerThatIsGoneIsMissedOnlyWhereItIsAsked) {
  const std::string exact = engine_.SavePlan(kPlan);
  const std::string unknown = engine_.SavePlan(R"pb(
    step {
      name: "later"
      [provision.scripted] {
        needs_path: "/etc/other"
        file { path: "/srv/c" content: "C" }
      }
    }
  )pb");
  engine_.RemoveProvisioners();
  EXPECT_EQ(engine_.ApplySaved(exact), ExitCode::kConverged);
  EXPECT_EQ(system_.Content("/srv/a"), "A");
  engine_.options.accept = {"later"};
  EXPECT_EQ(engine_.ApplySaved(unknown), ExitCode::kFailed);
  EXPECT_THAT(engine_.ends(), ElementsAre("later failed plugin/missing"));
}

}  // namespace
}  // namespace provision
