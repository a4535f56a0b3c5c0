// What a killed, damaged or undone run leads to when the command comes again;
// crash_test.cc sweeps, this looks at what is said and left on record.

#include "core/engine/recovery.h"

#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "core/base/path.h"
#include "core/engine/engine_fixture.h"
#include "core/journal/journal_reader.h"
#include "core/journal/run_catalog.h"
#include "core/journal/state_directory.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::Contains;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kUnsafe[] = R"pb(
  step {
    name: "file"
    [provision.scripted] { file { path: "/srv/a" content: "A" } }
  }
  step {
    name: "unsafe"
    after: "file"
    [provision.scripted] {
      until: "/srv/effect"
      proposal {
        action {
          run { argv: "/bin/effect" }
          repeat_class: UNSAFE_TO_REPEAT
        }
      }
    }
  }
)pb";

class RecoveryTest : public ::testing::Test {
 protected:
  RecoveryTest() {
    system_.AddDirectory("/srv");
    system_.AddFile("/etc/machine-id", "0123456789abcdef\n");
    system_.AddScript({"/bin/effect"}, [this](const ProcessSpec&) {
      ++starts_;
      system_.AddFile("/srv/effect", "");
      return ProcessResult();
    });
  }

  // Kills the command when it starts its first command of the host.
  void KillInCommand(const char* plan) {
    for (int n = 1;; ++n) {
      system_.CrashAt(n, CrashMode::kBefore);
      engine_.Apply(plan);
      ASSERT_TRUE(system_.crashed());
      const std::string at = system_.operations().back();
      system_.Restart();
      if (absl::StartsWith(at, "run ")) return;
      system_.RemoveTree("/state");
      system_.RemoveTree("/srv/a");
      system_.ClearLogs();
    }
  }

  std::string JournalPath() {
    for (const auto& [path, what] : system_.Snapshot("/state/runs")) {
      if (absl::EndsWith(path, "/journal")) return path;
    }
    return "";
  }

  RunHistory LastRun() {
    auto state = StateDirectory::OpenExisting(system_, "/state");
    EXPECT_OK(state);
    RunCatalog catalog(**state);
    return *catalog.Read(*catalog.Find(""));
  }

  Event::RunStarted Started() const {
    for (const Event& event : engine_.events()) {
      if (event.has_run_started()) return event.run_started();
    }
    return Event::RunStarted();
  }

  FakeSystem system_;
  EngineFixture engine_{system_};
  int starts_ = 0;
};

TEST_F(RecoveryTest, ItSaysWhereItGoesOn) {
  constexpr char kPlan[] = R"pb(
    step {
      name: "three"
      [provision.scripted] {
        file { path: "/srv/a" content: "A" }
        file { path: "/srv/b" content: "B" }
        file { path: "/srv/c" content: "C" }
      }
    }
  )pb";
  for (int n = 1;; ++n) {
    FakeSystem system;
    system.AddDirectory("/srv");
    EngineFixture engine(system);
    system.CrashAt(n);
    engine.Apply(kPlan);
    ASSERT_TRUE(system.crashed()) << "no kill left b in the making";
    system.Restart();
    const auto at = system.Snapshot("/srv");
    if (at.count("/srv/b") == 0) continue;
    EXPECT_EQ(engine.Apply(kPlan), ExitCode::kConverged);
    Event::RunStarted started;
    for (const Event& event : engine.events()) {
      if (event.has_run_started()) started = event.run_started();
    }
    EXPECT_EQ(started.where(),
              "killed in step three, 1 of 3 actions committed");
    EXPECT_FALSE(started.continues().empty());
    return;
  }
}

TEST_F(RecoveryTest, AnUnsafeCommandThatWasKilledIsInDoubt) {
  ASSERT_NO_FATAL_FAILURE(KillInCommand(kUnsafe));
  EXPECT_EQ(engine_.Apply(kUnsafe), ExitCode::kInDoubt);
  EXPECT_THAT(engine_.ends(), Contains("unsafe in doubt"));
  EXPECT_EQ(engine_.Apply(kUnsafe), ExitCode::kInDoubt)
      << "until it is decided";
  EXPECT_EQ(starts_, 0);
  engine_.options.redo = {"unsafe"};
  EXPECT_EQ(engine_.Apply(kUnsafe), ExitCode::kConverged);
  EXPECT_EQ(starts_, 1);
}

// A command that may be started again is dropped where it is proposed again; a
// rollback proposes nothing, so it takes it back, or says that it cannot.
TEST_F(RecoveryTest, ARollbackUndoesACommandThatWasCut) {
  constexpr char kPlan[] = R"pb(
    step {
      name: "one"
      [provision.scripted] {
        proposal {
          action {
            run { argv: "/bin/effect" $0 }
            repeat_class: CONVERGENT
          }
        }
      }
    }
  )pb";
  int undone = 0;
  system_.AddScript({"/bin/undo"}, [&undone](const ProcessSpec&) {
    ++undone;
    return ProcessResult();
  });
  KillInCommand(absl::Substitute(kPlan, "undo_argv: \"/bin/undo\"").c_str());
  EXPECT_EQ(engine_.Rollback(), ExitCode::kConverged);
  EXPECT_EQ(undone, 1);

  system_.RemoveTree("/state");
  KillInCommand(absl::Substitute(kPlan, "").c_str());
  EXPECT_EQ(engine_.Rollback(), ExitCode::kFailed);
  EXPECT_THAT(engine_.errors(), Contains("rollback/no-inverse"));
}

TEST_F(RecoveryTest, WhatIsAssumedDoneIsNotStarted) {
  ASSERT_NO_FATAL_FAILURE(KillInCommand(kUnsafe));
  system_.AddFile("/srv/effect", "");  // a person saw to it
  engine_.options.assume_done = {"unsafe"};
  EXPECT_EQ(engine_.Apply(kUnsafe), ExitCode::kConverged);
  engine_.options.assume_done.clear();
  EXPECT_EQ(engine_.Apply(kUnsafe), ExitCode::kConverged);
  EXPECT_EQ(starts_, 0);
}

class BadTailTest : public RecoveryTest {
 protected:
  // The file is written, and the end of the journal is damaged.
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(KillInCommand(kUnsafe));
    std::string bytes = *system_.Content(JournalPath());
    // The INTENT of the command: it may as well have been a COMMIT.
    bytes = bytes.substr(0, bytes.rfind("PRVJ")) +
            "damaged beyond repair, "
            "and longer than a header";
    system_.AddFile(JournalPath(), bytes, 0600);
  }
};

TEST_F(BadTailTest, AnUnsafeCommandIsNotStarted) {
  EXPECT_EQ(engine_.Apply(kUnsafe), ExitCode::kInDoubt);
  EXPECT_EQ(engine_.Apply(kUnsafe), ExitCode::kInDoubt) << "the doubt stays";
  EXPECT_EQ(starts_, 0);
}

TEST_F(BadTailTest, RedoDecides) {
  engine_.options.redo = {"unsafe"};
  EXPECT_EQ(engine_.Apply(kUnsafe), ExitCode::kConverged);
  EXPECT_EQ(starts_, 1);
  engine_.options.redo.clear();
  EXPECT_EQ(engine_.Apply(kUnsafe), ExitCode::kConverged);
  EXPECT_EQ(starts_, 1);
}

TEST_F(BadTailTest, AssumeDoneDecidesAndIsOnRecord) {
  engine_.options.assume_done = {"unsafe"};
  EXPECT_EQ(engine_.Apply(kUnsafe), ExitCode::kConverged);
  EXPECT_EQ(starts_, 0);
  const RunHistory history = LastRun();
  ASSERT_THAT(history.committed(), SizeIs(2));
  EXPECT_TRUE(history.committed()[1].commit.assumed());
  EXPECT_EQ(history.committed()[1].commit.id().step(), "unsafe");
}

TEST_F(BadTailTest, ARollbackSaysThatNobodyKnowsWhatWasAssumed) {
  engine_.options.assume_done = {"unsafe"};
  ASSERT_EQ(engine_.Apply(kUnsafe), ExitCode::kConverged);
  engine_.options.assume_done.clear();
  EXPECT_EQ(engine_.Rollback(), ExitCode::kFailed);
  EXPECT_THAT(engine_.errors(), Contains("rollback/no-inverse"));
  EXPECT_EQ(system_.Content("/srv/a"), absl::nullopt) << "the rest is undone";
}

// Damage in the middle: refused, and with --recover audited anew; what may have
// run once is asked about.
TEST_F(RecoveryTest, AJournalThatWasSetAsideLeavesDoubt) {
  constexpr char kOnce[] = R"pb(
    step {
      name: "file"
      [provision.scripted] { file { path: "/srv/a" content: "A" } }
    }
    step {
      name: "once"
      after: "file"
      [provision.scripted] {
        until: "/srv/effect"
        proposal {
          action {
            run { argv: "/bin/effect" }
            repeat_class: RUN_ONCE
          }
        }
      }
    }
  )pb";
  ASSERT_NO_FATAL_FAILURE(KillInCommand(kOnce));
  std::string bytes = *system_.Content(JournalPath());
  bytes[bytes.find("PRVJ", 4) + 30] ^= 1;
  system_.AddFile(JournalPath(), bytes, 0600);
  EXPECT_EQ(engine_.Apply(kOnce), ExitCode::kRefused);
  EXPECT_THAT(engine_.errors(), Contains("journal/corrupt"));
  engine_.options.recover = true;
  EXPECT_EQ(engine_.Apply(kOnce), ExitCode::kInDoubt);
  engine_.options.recover = false;
  EXPECT_EQ(engine_.Apply(kOnce), ExitCode::kInDoubt);
  EXPECT_EQ(starts_, 0);
  engine_.options.redo = {"once"};
  EXPECT_EQ(engine_.Apply(kOnce), ExitCode::kConverged);
  EXPECT_EQ(starts_, 1);
}

TEST_F(RecoveryTest, AnUnfinishedRunOfAnotherPlanIsNamedAndLeftAlone) {
  ASSERT_NO_FATAL_FAILURE(KillInCommand(kUnsafe));
  const std::string journal = *system_.Content(JournalPath());
  constexpr char kOther[] = R"pb(
    name: "other"
    step {
      name: "b"
      [provision.scripted] { file { path: "/srv/b" content: "B" } }
    }
  )pb";
  const std::string path = JournalPath();
  EXPECT_EQ(engine_.Apply(kOther), ExitCode::kConverged);
  EXPECT_THAT(engine_.errors(), Contains("run/unfinished"));
  EXPECT_EQ(system_.Content(path), journal);
  EXPECT_EQ(engine_.Apply(kUnsafe), ExitCode::kInDoubt);
  EXPECT_THAT(engine_.errors(), Not(Contains("run/unfinished")));
}

TEST_F(RecoveryTest, ChecksAreOnRecord) {
  constexpr char kPlan[] = R"pb(
    step {
      name: "checked"
      verify { file { path: "/srv/proof" } }
      [provision.scripted] { file { path: "/srv/a" content: "A" } }
    }
  )pb";
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kStopped);
  std::unique_ptr<Directory> folder =
      *system_.OpenDirectory(ParentPath(JournalPath()));
  ASSERT_OK_AND_ASSIGN(JournalContents contents, ReadJournal(*folder, 0));
  const JournalRecord& last = contents.records.back();
  EXPECT_TRUE(last.has_evidence());
  EXPECT_EQ(last.evidence().step(), "checked");
  EXPECT_FALSE(last.evidence().passed());
  EXPECT_FALSE(last.evidence().finding().message().empty());
}

// Somebody else changed a file since: the rest is undone, and the plan can be
// applied again.
TEST_F(RecoveryTest, APartialRollbackEnds) {
  constexpr char kPlan[] = R"pb(
    step {
      name: "two"
      [provision.scripted] {
        file { path: "/srv/a" content: "A" }
        file { path: "/srv/b" content: "B" }
      }
    }
  )pb";
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kConverged);
  system_.AddFile("/srv/a", "theirs");
  EXPECT_EQ(engine_.Rollback(), ExitCode::kStopped);
  EXPECT_EQ(system_.Content("/srv/a"), "theirs");
  EXPECT_EQ(system_.Content("/srv/b"), absl::nullopt);
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kConverged);
  EXPECT_EQ(system_.Content("/srv/a"), "A");
  EXPECT_EQ(system_.Content("/srv/b"), "B");
}

}  // namespace
}  // namespace provision
