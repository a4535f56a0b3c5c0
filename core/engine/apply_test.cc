#include "core/engine/apply.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "core/api/proposal.h"
#include "core/api/provisioner.h"
#include "core/base/crypto.h"
#include "core/engine/engine_fixture.h"
#include "core/testing/fake_system.h"
#include "core/testing/scripted.pb.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

constexpr char kTwoFiles[] = R"pb(
  step {
    name: "a"
    [provision.scripted] { file { path: "/srv/a" content: "A" } }
  }
  step {
    name: "b"
    after: "a"
    [provision.scripted] { file { path: "/srv/b" content: "B" } }
  }
)pb";

class ApplyTest : public ::testing::Test {
 protected:
  ApplyTest() {
    system_.AddDirectory("/srv");
    system_.AddFile("/etc/machine-id", "0123456789abcdef\n");
  }

  int Syncs() const {
    int syncs = 0;
    for (const std::string& operation : system_.operations()) {
      syncs += operation.rfind("sync", 0) == 0;
    }
    return syncs;
  }

  FakeSystem system_;
  EngineFixture engine_{system_};
};

TEST_F(ApplyTest, BringsTheHostToThePlanAndThenDoesNothing) {
  EXPECT_EQ(engine_.Apply(kTwoFiles), ExitCode::kConverged);
  EXPECT_THAT(engine_.ends(), ElementsAre("a changed", "b changed"));
  EXPECT_EQ(engine_.summary().actions(), 2);
  EXPECT_EQ(system_.Content("/srv/a"), "A");
  EXPECT_EQ(system_.Content("/srv/b"), "B");

  system_.ClearLogs();
  EXPECT_EQ(engine_.Apply(kTwoFiles), ExitCode::kConverged);
  EXPECT_THAT(engine_.ends(), ElementsAre("a already so", "b already so"));
  EXPECT_EQ(engine_.summary().actions(), 0);
  EXPECT_EQ(Syncs(), 0) << "a converged run syncs nothing";
}

TEST_F(ApplyTest, AFailureBlocksDependantsOnly) {
  EXPECT_EQ(engine_.Apply(R"pb(
    step {
      name: "bad"
      [provision.scripted] { error: "broken" }
    }
    step {
      name: "dependant"
      after: "bad"
      [provision.scripted] { file { path: "/srv/d" content: "D" } }
    }
    step {
      name: "other"
      [provision.scripted] { file { path: "/srv/o" content: "O" } }
    }
  )pb"),
            ExitCode::kStopped);
  EXPECT_THAT(engine_.ends(), UnorderedElementsAre(
                                  "bad failed internal/internal",
                                  "dependant blocked by bad", "other changed"));
  EXPECT_EQ(system_.Content("/srv/d"), absl::nullopt);
  EXPECT_EQ(system_.Content("/srv/o"), "O");
}

TEST_F(ApplyTest, NothingBegunIsExitOne) {
  EXPECT_EQ(engine_.Apply(R"pb(
    step {
      name: "bad"
      [provision.scripted] { error: "broken" }
    }
  )pb"),
            ExitCode::kFailed);
  EXPECT_EQ(system_.Snapshot("/state/runs").size(), 0u);
}

constexpr char kLadder[] = R"pb(
  step {
    name: "l"
    [provision.scripted] {
      until: "/srv/done"
      proposal {
        title: "the thing"
        rung {
          name: "FIRST"
          action { write_file { path: "/srv/try" content: "1" } }
          action { run { argv: "/bin/fails" } }
        }
        rung {
          name: "SECOND"
          outcome: "made by SECOND"
          action { write_file { path: "/srv/done" content: "2" } }
        }
      }
    }
  }
)pb";

TEST_F(ApplyTest, AFailedRungIsUndoneAndTheNextOneTried) {
  system_.AddCommand({"/bin/fails"}, "no such thing", 3);
  EXPECT_EQ(engine_.Apply(kLadder), ExitCode::kConverged);
  EXPECT_EQ(system_.Content("/srv/try"), absl::nullopt) << "undone";
  EXPECT_EQ(system_.Content("/srv/done"), "2");
  bool saw = false;
  for (const Event& event : engine_.events()) {
    if (!event.has_step_done()) continue;
    saw = true;
    EXPECT_EQ(event.step_done().rung(), "SECOND");
    EXPECT_EQ(event.step_done().text(), "made by SECOND");
    ASSERT_EQ(event.step_done().refused_size(), 1);
    EXPECT_EQ(event.step_done().refused(0).rung(), "FIRST");
  }
  EXPECT_TRUE(saw);
}

TEST_F(ApplyTest, ALadderWhoseRungsAllFailLeavesNothing) {
  system_.AddCommand({"/bin/fails"}, "no", 3);
  system_.AddCommand({"/bin/undo"}, "");
  const auto before = system_.Snapshot("/srv");
  EXPECT_EQ(engine_.Apply(R"pb(
    step {
      name: "l"
      [provision.scripted] {
        proposal {
          title: "the thing"
          guide: "do it by hand"
          rung {
            name: "ONLY"
            action { write_file { path: "/srv/try" content: "1" } }
            action { run { argv: "/bin/fails" undo_argv: "/bin/undo" } }
          }
        }
      }
    }
  )pb"),
            ExitCode::kFailed)
      << "every begun action was undone";
  EXPECT_THAT(engine_.ends(), ElementsAre("l failed step/ladder"));
  EXPECT_EQ(system_.Snapshot("/srv"), before);
}

TEST_F(ApplyTest, ALadderThatFailsPassesOnWhatToDo) {
  system_.AddDirectory("/srv/taken");
  EXPECT_EQ(engine_.Apply(R"pb(
    step {
      name: "l"
      [provision.scripted] {
        proposal {
          title: "the thing"
          guide: "do it by hand"
          rung {
            name: "ONLY"
            action { write_file { path: "/srv/taken" content: "1" } }
          }
        }
      }
    }
  )pb"),
            ExitCode::kFailed);
  for (const Event& event : engine_.events()) {
    if (!event.has_step_failed()) continue;
    // Those of the last rung, then the guide.
    EXPECT_THAT(
        event.step_failed().diagnostic().next(),
        ElementsAre(testing::HasSubstr("move it away"), "do it by hand"));
  }
  EXPECT_THAT(engine_.ends(), ElementsAre("l failed step/ladder"));
}

TEST_F(ApplyTest, RunOnceRunsOnce) {
  int runs = 0;
  system_.AddScript({"/bin/once"}, [&runs](const ProcessSpec&) {
    ++runs;
    return ProcessResult();
  });
  constexpr char kPlan[] = R"pb(
    step {
      name: "once"
      [provision.scripted] {
        proposal {
          action {
            run { argv: "/bin/once" }
            repeat_class: RUN_ONCE
          }
        }
      }
    }
  )pb";
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kConverged);
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kConverged);
  EXPECT_THAT(engine_.ends(), ElementsAre("once done once"));
  EXPECT_EQ(runs, 1);
  engine_.options.redo = {"once"};
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kConverged);
  EXPECT_EQ(runs, 2);
}

TEST_F(ApplyTest, AFailedCheckIsRunAgainThoughTheFilesAreThere) {
  constexpr char kPlan[] = R"pb(
    step {
      name: "checked"
      verify { file { path: "/srv/proof" } }
      [provision.scripted] { file { path: "/srv/a" content: "A" } }
    }
  )pb";
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kStopped);
  EXPECT_EQ(system_.Content("/srv/a"), "A");
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kStopped)
      << "converged would be a lie";
  system_.AddFile("/srv/proof", "");
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kConverged);
}

TEST_F(ApplyTest, APartOfThePlanDoesNotHideAnUnfinishedRun) {
  constexpr char kPlan[] = R"pb(
    step {
      name: "a"
      [provision.scripted] { file { path: "/srv/a" content: "A" } }
    }
    step {
      name: "b"
      [provision.scripted] { error: "not today" }
    }
  )pb";
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kStopped);
  EXPECT_THAT(engine_.summary().next_note(),
              ElementsAre("goes on with b", "undoes a"));
  EXPECT_EQ(engine_.Apply(kPlan, {"a"}), ExitCode::kConverged);
  EXPECT_THAT(engine_.summary().unfinished(), HasSubstr("1 of 1 actions"));
  EXPECT_THAT(engine_.summary().next(),
              ElementsAre("provision apply plan.textproto"));
}

TEST_F(ApplyTest, ARunThatGoesOnSaysWhatIsKeptOfItsDownloads) {
  const std::string one = Sha256Hex("one"), two = Sha256Hex("two two");
  const std::string plan = absl::StrCat(
      "step { name: 'get' [provision.scripted] { proposal { "
      "action { fetch { name: 'one' url: 'file:///srv/one' sha256: '",
      one,
      "' } } action { fetch { name: 'two' url: 'file:///srv/two' size: 7 "
      "sha256: '",
      two, "' } } } } }");
  system_.AddFile("/srv/one", "one");
  EXPECT_EQ(engine_.Apply(plan), ExitCode::kStopped);
  system_.AddFile("/srv/two", "two two");
  system_.AddFile(absl::StrCat("/store/partial/", two), "two ");
  engine_.Apply(plan);
  std::string resumes;
  for (const Event& event : engine_.events()) {
    if (event.has_step_started()) resumes = event.step_started().resumes();
  }
  EXPECT_EQ(resumes, "1 artifact kept, two goes on at 4 of 7 B");
}

TEST_F(ApplyTest, AfterAKillChildrenLockStillBindsASurvivor) {
  ProcessResult::Outcome outcome = ProcessResult::Outcome::kExited;
  system_.AddScript({"/bin/slow"}, [&outcome](const ProcessSpec&) {
    ProcessResult result;
    result.outcome = outcome;
    return result;
  });
  const std::string action =
      "step { name: 's' [provision.scripted] { proposal { action { run { "
      "argv: '/bin/slow' } repeat_class: CONVERGENT } } } }";
  const std::string check =
      "step { name: 's' verify { command { argv: '/bin/slow' } } "
      "[provision.scripted] { file { path: '/srv/a' content: 'A' } } }";
  for (const std::string& plan : {action, check}) {
    outcome = ProcessResult::Outcome::kDeadline;
    EXPECT_EQ(engine_.Apply(plan), ExitCode::kStopped);
    EXPECT_NE(system_.Content("/state/children.lock"), absl::nullopt);
    outcome = ProcessResult::Outcome::kExited;
    EXPECT_EQ(engine_.Apply(plan), ExitCode::kConverged);
    EXPECT_EQ(system_.Content("/state/children.lock"), absl::nullopt);
  }
}

TEST_F(ApplyTest, OnFailureRollbackUndoesTheStep) {
  EXPECT_EQ(engine_.Apply(R"pb(
    step {
      name: "s"
      on_failure: ROLLBACK
      verify { file { path: "/srv/proof" } }
      [provision.scripted] { file { path: "/srv/a" content: "A" } }
    }
  )pb"),
            ExitCode::kFailed);
  EXPECT_EQ(system_.Content("/srv/a"), absl::nullopt);
}

TEST_F(ApplyTest, ARetryIsForTransientFailuresOnly) {
  int runs = 0;
  system_.AddScript({"/bin/flaky"}, [&](const ProcessSpec&) {
    ProcessResult result;
    if (++runs < 3) {
      result.status = 1;
      result.standard_error = "connection reset";
    } else {
      system_.AddFile("/srv/made", "");
    }
    return result;
  });
  constexpr char kPlan[] = R"pb(
    step {
      name: "flaky"
      retry { attempts: 3 backoff_s: 2 }
      [provision.scripted] {
        until: "/srv/made"
        proposal {
          action {
            run {
              argv: "/bin/flaky"
              failure {
                pattern: "connection reset"
                id: "net/reset"
                message: "the connection was reset"
                transient: true
              }
            }
            repeat_class: CONVERGENT
          }
        }
      }
    }
  )pb";
  const absl::Duration begin = system_.MonotonicClock();
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kConverged);
  EXPECT_EQ(runs, 3);
  EXPECT_EQ(system_.MonotonicClock() - begin, absl::Seconds(2 + 4));
}

TEST_F(ApplyTest, ALadderIsNotTriedTwice) {
  int runs = 0;
  system_.AddScript({"/bin/flaky"}, [&runs](const ProcessSpec&) {
    ++runs;
    ProcessResult result;
    result.status = 1;
    result.standard_error = "connection reset";
    return result;
  });
  const absl::Duration begin = system_.MonotonicClock();
  EXPECT_EQ(engine_.Apply(R"pb(
    step {
      name: "l"
      retry { attempts: 3 }
      [provision.scripted] {
        proposal {
          title: "the thing"
          rung {
            name: "ONLY"
            action {
              run {
                argv: "/bin/flaky"
                failure {
                  pattern: "connection reset"
                  id: "net/reset"
                  message: "the connection was reset"
                  transient: true
                }
              }
              repeat_class: CONVERGENT
            }
          }
        }
      }
    }
  )pb"),
            ExitCode::kStopped);
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(system_.MonotonicClock(), begin) << "nothing to wait for";
  EXPECT_THAT(engine_.ends(), ElementsAre("l failed step/ladder"));
}

TEST_F(ApplyTest, ACommandThatMustNotBeRepeatedIsNotRetried) {
  int starts = 0;
  system_.AddScript({"/bin/slow"}, [&starts](const ProcessSpec&) {
    ++starts;
    ProcessResult result;
    result.outcome = ProcessResult::Outcome::kDeadline;
    result.status = 137;
    return result;
  });
  constexpr char kPlan[] = R"pb(
    step {
      name: "s"
      retry { attempts: 3 }
      [provision.scripted] {
        proposal {
          action {
            run { argv: "/bin/slow" }
            repeat_class: UNSAFE_TO_REPEAT
          }
        }
      }
    }
    step {
      name: "other"
      [provision.scripted] { file { path: "/srv/o" content: "O" } }
    }
  )pb";
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kInDoubt);
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kInDoubt);
  EXPECT_EQ(starts, 1);
  // Doubt outlives the step that it is about.
  EXPECT_EQ(engine_.Apply(R"pb(
    step {
      name: "other"
      [provision.scripted] { file { path: "/srv/o" content: "O" } }
    }
  )pb"),
            ExitCode::kInDoubt);
  engine_.options.assume_done = {"s"};
  EXPECT_EQ(engine_.Apply(R"pb(
    step {
      name: "other"
      [provision.scripted] { file { path: "/srv/o" content: "O" } }
    }
  )pb"),
            ExitCode::kConverged);
}

// Nothing on the host tells that it is done, so it is proposed by every run.
TEST_F(ApplyTest, WhatAPersonTookAsDoneIsNotAskedAboutAgain) {
  constexpr char kPlan[] = R"pb(
    step {
      name: "s"
      [provision.scripted] {
        proposal {
          action {
            run { argv: "/bin/effect" }
            repeat_class: UNSAFE_TO_REPEAT
          }
        }
      }
    }
  )pb";
  int starts = 0;
  system_.AddScript({"/bin/effect"}, [&starts](const ProcessSpec&) {
    ++starts;
    return ProcessResult();
  });
  ASSERT_EQ(engine_.Apply(kPlan), ExitCode::kConverged);
  ASSERT_EQ(engine_.Apply(kPlan), ExitCode::kInDoubt);
  engine_.options.assume_done = {"s"};
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kConverged);
  engine_.options.assume_done.clear();
  for (int again = 0; again < 2; ++again) {
    EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kConverged);
    EXPECT_THAT(engine_.ends(), ElementsAre("s assumed"));
  }
  EXPECT_EQ(starts, 1);
  engine_.options.redo = {"s"};
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kConverged);
  EXPECT_EQ(starts, 2);
  engine_.options.redo.clear();
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kInDoubt) << "it was done again";
}

TEST_F(ApplyTest, ANameThatIsNoStepIsRefused) {
  engine_.options.assume_done = {"sb"};
  EXPECT_EQ(engine_.Apply(kTwoFiles), ExitCode::kUsage);
  EXPECT_THAT(engine_.errors(), Contains("usage/step"));
  EXPECT_EQ(system_.Content("/srv/a"), absl::nullopt);
}

TEST_F(ApplyTest, AHalfDoneCommandIsTakenBackByItsUndo) {
  system_.AddScript({"/bin/half"}, [this](const ProcessSpec&) {
    system_.AddFile("/srv/half", "");
    ProcessResult result;
    result.status = 1;
    return result;
  });
  system_.AddScript({"/bin/undo"}, [this](const ProcessSpec&) {
    system_.RemoveTree("/srv/half");
    return ProcessResult();
  });
  constexpr char kPlan[] = R"pb(
    step {
      name: "s"
      on_failure: ROLLBACK
      [provision.scripted] {
        proposal { action { run { argv: "/bin/half" undo_argv: "/bin/undo" } } }
      }
    }
  )pb";
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kFailed);
  EXPECT_EQ(system_.Content("/srv/half"), absl::nullopt);
}

TEST_F(ApplyTest, AChangeByAnotherSinceThePreviewIsLeftAlone) {
  system_.AddFile("/srv/x", "old");
  system_.AddScript({"/bin/meddle"}, [this](const ProcessSpec&) {
    system_.AddFile("/srv/x", "theirs");
    return ProcessResult();
  });
  // The second action was proposed for a file that the first one's command
  // changes behind our back.
  EXPECT_EQ(engine_.Apply(R"pb(
    step {
      name: "s"
      [provision.scripted] {
        proposal {
          action { run { argv: "/bin/meddle" } }
          action {
            write_file { path: "/srv/x" content: "ours" }
            before {
              path: "/srv/x"
              state {
                type: FILE
                sha256: "cba06b5736faf67e54b07b561eae94395e774c517a7d910a54369e1263ccfbd4"
              }
            }
          }
        }
      }
    }
  )pb"),
            ExitCode::kStopped);
  EXPECT_THAT(engine_.ends(), ElementsAre("s failed apply/foreign-change"));
  EXPECT_EQ(system_.Content("/srv/x"), "theirs");
}

TEST_F(ApplyTest, MissingConsentIsRefusedBeforeTheFirstAction) {
  EXPECT_EQ(engine_.Apply(R"pb(
    step {
      name: "first"
      [provision.scripted] { file { path: "/srv/a" content: "A" } }
    }
    step {
      name: "drop"
      [provision.scripted] {
        proposal {
          action {
            run { argv: "/bin/drop" }
            consent: "drop_it"
            destroys: "everything"
          }
        }
      }
    }
  )pb"),
            ExitCode::kRefused);
  EXPECT_THAT(engine_.errors(), Contains("plan/consent"));
  EXPECT_EQ(system_.Content("/srv/a"), absl::nullopt);
}

TEST_F(ApplyTest, WithoutRootItIsHeldBackAndHandedOver) {
  Identity ada;
  ada.uid = 1000;
  ada.gid = 1000;
  ada.user_name = "ada";
  ada.home = "/home/ada";
  system_.SetIdentity(ada);
  system_.ChangeOwner("/srv", 1000, 1000);
  system_.AddDirectory("/state", 0700);
  system_.ChangeOwner("/state", 1000, 1000);
  EXPECT_EQ(engine_.Apply(R"pb(
    step {
      name: "mine"
      [provision.scripted] { file { path: "/srv/a" content: "A" } }
    }
    step {
      name: "roots"
      [provision.scripted] {
        until: "/etc/thing"
        proposal {
          title: "a thing in /etc"
          needs { root: true }
          action { write_file { path: "/etc/thing" content: "T" } }
        }
      }
    }
  )pb"),
            ExitCode::kNeedsPrivilege);
  EXPECT_THAT(
      engine_.ends(),
      UnorderedElementsAre("mine changed", "roots failed privilege/root"));
  ASSERT_GE(engine_.summary().next_size(), 2);
  EXPECT_THAT(engine_.summary().next(0), HasSubstr("root-part.plan"));
  EXPECT_THAT(engine_.summary().next(0), HasSubstr("--approved sha256:"));
}

TEST_F(ApplyTest, ASecondRunIsLockedOut) {
  system_.AddDirectory("/state", 0700);
  system_.HoldLock("/state/lock");
  EXPECT_EQ(engine_.Apply(kTwoFiles), ExitCode::kLocked);
  EXPECT_THAT(engine_.errors(), ElementsAre("run/locked"));
  EXPECT_EQ(system_.Content("/srv/a"), absl::nullopt);
}

TEST_F(ApplyTest, AStopRequestLeavesARunThatGoesOn) {
  system_.AddScript({"/bin/slow"}, [this](const ProcessSpec&) {
    system_.RequestStop(2);
    return ProcessResult();
  });
  constexpr char kPlan[] = R"pb(
    step {
      name: "slow"
      [provision.scripted] {
        proposal {
          action {
            run { argv: "/bin/slow" }
            repeat_class: RUN_ONCE
          }
        }
      }
    }
    step {
      name: "next"
      after: "slow"
      [provision.scripted] { file { path: "/srv/n" content: "N" } }
    }
  )pb";
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kInterrupted);
  EXPECT_EQ(system_.Content("/srv/n"), absl::nullopt);
  system_.Restart();
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kConverged);
  EXPECT_THAT(engine_.ends(), ElementsAre("slow done once", "next changed"));
}

TEST_F(ApplyTest, AFailedSyncEndsTheRunAndIsNeverRetried) {
  system_.AddFault({.operation = "sync /srv", .error_number = 5});
  EXPECT_EQ(engine_.Apply(kTwoFiles), ExitCode::kNotDurable);
  EXPECT_EQ(system_.Content("/srv/b"), absl::nullopt) << "nothing new begins";
  EXPECT_EQ(engine_.Apply(kTwoFiles), ExitCode::kConverged);
}

TEST_F(ApplyTest, AFollowUpIsDueUntilItHasHappened) {
  int restarts = 0;
  bool broken = true;
  system_.AddScript({"/bin/restart"}, [&](const ProcessSpec&) {
    ProcessResult result;
    result.status = broken ? 1 : 0;
    restarts += broken ? 0 : 1;
    return result;
  });
  const auto plan = [](const char* content) {
    return absl::StrCat(
        "step { name: 'conf' [provision.scripted] { file { path: '/srv/conf' "
        "content: '",
        content,
        "' } proposal { on_change { name: 'restart' watch_path: '/srv/conf' "
        "action { run { argv: '/bin/restart' } } } } } }");
  };
  EXPECT_EQ(engine_.Apply(plan("1")), ExitCode::kStopped);
  EXPECT_EQ(engine_.summary().due(), 1);
  broken = false;
  // The file is there already; what is due is still done.
  EXPECT_EQ(engine_.Apply(plan("1")), ExitCode::kConverged);
  EXPECT_EQ(restarts, 1);
  EXPECT_EQ(engine_.Apply(plan("1")), ExitCode::kConverged);
  EXPECT_EQ(restarts, 1) << "and not again";
  EXPECT_EQ(engine_.Apply(plan("2")), ExitCode::kConverged);
  EXPECT_EQ(restarts, 2);
  EXPECT_EQ(engine_.Apply(plan("1")), ExitCode::kConverged);
  EXPECT_EQ(restarts, 3) << "a change back is a change";
}

TEST_F(ApplyTest, AFollowUpThatNoPreviewKnewIsPerformed) {
  int restarts = 0;
  system_.AddScript({"/bin/restart"}, [&restarts](const ProcessSpec&) {
    ++restarts;
    return ProcessResult();
  });
  // What the second step proposes is unknown while the first has to run.
  system_.AddFile("/srv/waits", "");
  system_.AddScript({"/bin/ready"}, [this](const ProcessSpec&) {
    system_.RemoveTree("/srv/waits");
    system_.AddFile("/srv/ready", "");
    return ProcessResult();
  });
  EXPECT_EQ(engine_.Apply(R"pb(
    step {
      name: "first"
      [provision.scripted] {
        until: "/srv/ready"
        proposal { action { run { argv: "/bin/ready" } } }
      }
    }
    step {
      name: "second"
      after: "first"
      [provision.scripted] {
        needs_path: "/srv/ready"
        file { path: "/srv/conf" content: "1" }
        until: "/srv/waits"
        proposal {
          on_change {
            name: "restart"
            watch_path: "/srv/conf"
            action { run { argv: "/bin/restart" } }
          }
        }
      }
    }
  )pb"),
            ExitCode::kConverged);
  EXPECT_THAT(engine_.ends(), ElementsAre("first changed", "second changed"));
  EXPECT_EQ(restarts, 1);
}

TEST_F(ApplyTest, ARebootIsWaitedFor) {
  system_.AddFile("/proc/sys/kernel/random/boot_id", "first\n");
  constexpr char kPlan[] = R"pb(
    step {
      name: "kernel"
      [provision.scripted] {
        file { path: "/srv/kernel" content: "K" }
        proposal { needs { reboot_after: true } }
      }
    }
    step {
      name: "after"
      after: "kernel"
      [provision.scripted] { file { path: "/srv/after" content: "A" } }
    }
  )pb";
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kNeedsReboot);
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kNeedsReboot);
  EXPECT_EQ(system_.Content("/srv/after"), absl::nullopt);
  system_.Restart();
  system_.AddFile("/proc/sys/kernel/random/boot_id", "second\n");
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kConverged);
  EXPECT_EQ(system_.Content("/srv/after"), "A");
}

TEST_F(ApplyTest, ALaterStepIsProposedAsIfTheEarlierOnesHadRun) {
  constexpr char kPlan[] = R"pb(
    step {
      name: "env"
      [provision.scripted] { file { path: "/srv/env" content: "E" } }
    }
    step {
      name: "user"
      [provision.scripted] {
        needs_path: "/srv/env"
        file { path: "/srv/user" content: "U" }
      }
    }
  )pb";
  EXPECT_EQ(engine_.Plan(kPlan), ExitCode::kPending);
  bool saw = false;
  for (const Event& event : engine_.events()) {
    if (event.step() != "user" || !event.has_step_planned()) continue;
    saw = true;
    EXPECT_EQ(event.step_planned().proposal().fidelity(), Proposal::PREDICTED);
    EXPECT_THAT(event.step_planned().after(), ElementsAre("env"))
        << "an automatic edge";
  }
  EXPECT_TRUE(saw);
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kConverged);
  EXPECT_THAT(engine_.ends(), ElementsAre("env changed", "user changed"));
}

// What the run says of each step's preview, as "STEP: DIFFERENCE".
std::vector<std::string> Differences(const std::vector<Event>& events) {
  std::vector<std::string> differences;
  for (const Event& event : events) {
    for (const std::string& differs : event.accuracy().differs()) {
      differences.push_back(absl::StrCat(event.step(), ": ", differs));
    }
  }
  return differences;
}

TEST_F(ApplyTest, ThePreviewIsHeldAgainstWhatWasDone) {
  EXPECT_EQ(engine_.Apply(kTwoFiles), ExitCode::kConverged);
  EXPECT_THAT(Differences(engine_.events()), IsEmpty());

  // Nobody told that `b` builds on what `a` makes.
  EXPECT_EQ(engine_.Apply(R"pb(
    step {
      name: "a"
      [provision.scripted] { file { path: "/srv/made" content: "" } }
    }
    step {
      name: "b"
      after: "a"
      [provision.scripted] {
        until: "/srv/made"
        proposal { action { link { path: "/srv/link" target: "made" } } }
      }
    }
  )pb"),
            ExitCode::kConverged);
  EXPECT_THAT(Differences(engine_.events()),
              ElementsAre("b: link /srv/link was announced and not done"));
}

// Writes a file where it has seen its own command fail.
class LearnsFromFailure final : public TypedProvisioner<ScriptedConfig> {
 protected:
  std::vector<Diagnostic> ValidateConfig(const ScriptedConfig&) const override {
    return {};
  }
  absl::StatusOr<Proposal> ProposeConfig(const ScriptedConfig&,
                                         Facts& facts) const override {
    FactQuery query;
    query.mutable_failed_attempt()->set_step(facts.scope().step);
    const FactValue value = facts.Read(query);
    if (value.has_failed_attempt()) {
      Proposal proposal;
      proposal.set_fidelity(Proposal::EXACT);
      ActionList actions(facts);
      actions.WriteFile("/srv/log", value.failed_attempt().output(), 0644);
      actions.AppendTo(proposal.mutable_action());
      return proposal;
    }
    return ParseText<Proposal>(R"pb(
      fidelity: EXACT
      action {
        run {
          argv: "/bin/builds"
          failure { pattern: "missing" id: "test/missing" transient: true }
        }
        repeat_class: CONVERGENT
      }
    )pb");
  }
};

TEST_F(ApplyTest, ARetryIsProposedFromWhatTheFailedCommandSaid) {
  system_.AddScript({"/bin/builds"}, [](const ProcessSpec&) {
    ProcessResult result;
    result.status = 1;
    result.standard_error = "missing header";
    return result;
  });
  EngineFixture engine(system_, std::make_unique<LearnsFromFailure>());
  engine.Apply(R"pb(
    step {
      name: "s"
      retry { attempts: 2 }
      [provision.scripted] {}
    }
  )pb");
  EXPECT_EQ(system_.Content("/srv/log"), "missing header");
}

TEST_F(ApplyTest, FactsAreToldOnlyWhereSomebodyShowsThem) {
  constexpr char kReads[] = R"pb(
    step {
      name: "a"
      [provision.scripted] { read { variable { name: "V" } } }
    }
  )pb";
  const auto told = [this] {
    std::vector<std::string> queries;
    for (const Event& event : engine_.events()) {
      if (!event.has_fact_read()) continue;
      queries.push_back(absl::StrCat(event.step(), " ",
                                     event.fact_read().query(),
                                     event.fact_read().absent() ? "!" : ""));
    }
    return queries;
  };
  engine_.Apply(kReads);
  EXPECT_THAT(told(), IsEmpty());
  engine_.options.tell_facts = true;
  engine_.Apply(kReads);
  EXPECT_THAT(told(), ElementsAre("a variable { name: \"V\" }!"));
}

}  // namespace
}  // namespace provision
