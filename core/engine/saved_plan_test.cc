#include "core/engine/saved_plan.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
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

// `consent` is the line that gives it, or "".
std::string DestroyingPlan(absl::string_view consent) {
  return absl::StrCat(R"pb(
                        step { name: "schema"
                               [provision.scripted] {
                                 proposal {
                                   action {
                                     run { argv: "/bin/x" }
                                     consent: "old_data"
                                     destroys: "old_data"
                                   }
                                 }
                               }
                      )pb",
                      consent, "}");
}

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

// A first apply makes ~/.local for its state.
TEST_F(SavedPlanTest, ItsOwnStateMakesItNotStale) {
  constexpr char kHomePlan[] = R"pb(
    step {
      name: "a"
      [provision.scripted] {
        read { listing { path: "/home/ada" } }
        read { metadata { path: "/home/ada/.local" } }
        until: "/home/ada/.local/share"
        proposal {
          action { make_directory { path: "/home/ada/.local" } }
          action { make_directory { path: "/home/ada/.local/share" } }
        }
      }
    }
  )pb";
  system_.AddDirectory("/home/ada");
  engine_.options.state_path = "/home/ada/.local/state/provision/h";
  const std::string saved = engine_.SavePlan(kHomePlan);
  EXPECT_EQ(engine_.ApplySaved(saved), ExitCode::kConverged)
      << ::testing::PrintToString(engine_.errors());
  EXPECT_EQ(system_.Snapshot("/home/ada")["/home/ada/.local/share"],
            "directory 0755 0:0");
}

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

TEST_F(SavedPlanTest, NothingIsSavedThatCouldNotBePerformed) {
  const std::string broken = R"pb(
    step {
      name: "broken"
      [provision.scripted] { proposal { action { run { argv: "x" } } } }
    }
  )pb";
  const std::pair<std::string, std::string> kCases[] = {
      {DestroyingPlan(""), "plan/consent"},
      {broken, "plugin/bad-proposal"},
  };
  for (const auto& [plan, id] : kCases) {
    EXPECT_EQ(engine_.SavePlan(plan), "") << id;
    EXPECT_THAT(engine_.errors(), ElementsAre(id, "plan/unsavable"));
  }
}

TEST_F(SavedPlanTest, AFileMadeByHandIsHeldToConsentAndContract) {
  int runs = 0;
  system_.AddScript({"/bin/x"}, [&runs](const ProcessSpec&) {
    ++runs;
    return ProcessResult();
  });
  const std::string given =
      engine_.SavePlan(DestroyingPlan("consent: 'old_data'"));
  ASSERT_OK_AND_ASSIGN(const SavedPlan saved, DecodeSavedPlan(given));

  SavedPlan taken_back = saved;
  taken_back.mutable_step(0)->mutable_step()->clear_consent();
  EXPECT_EQ(engine_.ApplySaved(EncodeSavedPlan(taken_back)),
            ExitCode::kRefused);
  EXPECT_THAT(engine_.errors(), Contains("plan/consent"));

  SavedPlan broken = saved;
  broken.mutable_step(0)
      ->mutable_proposal()
      ->mutable_action(0)
      ->mutable_run()
      ->set_argv(0, "x");
  EXPECT_NE(engine_.ApplySaved(EncodeSavedPlan(broken)), ExitCode::kConverged);
  EXPECT_THAT(engine_.ends(), ElementsAre("schema failed plugin/bad-proposal"));

  EXPECT_EQ(runs, 0);
  EXPECT_EQ(engine_.ApplySaved(given), ExitCode::kConverged);
  EXPECT_EQ(runs, 1);
}

TEST_F(SavedPlanTest, FollowUpsAreThoseThatWereSaved) {
  int restarts = 0;
  system_.AddScript({"/bin/restart"}, [&restarts](const ProcessSpec&) {
    ++restarts;
    return ProcessResult();
  });
  // Asked again when the file is there, the step proposes no follow-up.
  const std::string saved = engine_.SavePlan(R"pb(
    step {
      name: "conf"
      [provision.scripted] {
        file { path: "/srv/conf" content: "1" }
        until: "/srv/conf"
        proposal {
          on_change {
            name: "restart"
            watch_path: "/srv/conf"
            action { run { argv: "/bin/restart" } }
          }
        }
      }
    }
  )pb");
  EXPECT_EQ(engine_.ApplySaved(saved), ExitCode::kConverged);
  EXPECT_EQ(restarts, 1);
  EXPECT_EQ(engine_.ApplySaved(saved), ExitCode::kConverged);
  EXPECT_EQ(restarts, 1) << "and not again";
}

TEST_F(SavedPlanTest, AFollowUpThatIsNotAsPredictedStopsItsStep) {
  // The follow-up is gone once the first step has run.
  const std::string saved = engine_.SavePlan(R"pb(
    step {
      name: "env"
      [provision.scripted] { file { path: "/srv/env" content: "E" } }
    }
    step {
      name: "user"
      after: "env"
      [provision.scripted] {
        needs_path: "/srv/env"
        file { path: "/srv/user" content: "U" }
        until: "/srv/env"
        proposal {
          on_change {
            name: "restart"
            watch_path: "/srv/user"
            action { run { argv: "/bin/restart" } }
          }
        }
      }
    }
  )pb");
  EXPECT_EQ(engine_.ApplySaved(saved), ExitCode::kStopped);
  EXPECT_THAT(engine_.ends(),
              ElementsAre("env changed", "user failed plan/not-as-predicted"));
  EXPECT_EQ(system_.Content("/srv/user"), absl::nullopt);
}

}  // namespace
}  // namespace provision
