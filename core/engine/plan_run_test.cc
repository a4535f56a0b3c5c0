#include "core/engine/plan_run.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "core/base/crypto.h"
#include "core/base/serialize.h"
#include "core/engine/engine_fixture.h"
#include "core/engine/session.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kTwo[] = R"pb(
  step {
    name: "a"
    [provision.scripted] { file { path: "/srv/a" content: "A" } }
  }
  step {
    name: "unsafe"
    after: "a"
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

class PlanRunTest : public ::testing::Test {
 protected:
  PlanRunTest() {
    system_.AddDirectory("/srv");
    system_.AddFile("/etc/machine-id", "0123456789abcdef\n");
  }

  // The run of `text`, as apply opens it; with `digest` of a saved plan.
  void Open(const std::string& text, const std::function<void(PlanRun&)>& test,
            CommitTrust trust = CommitTrust::kNone) {
    fixture_.Run([&](Engine& engine) {
      const CheckedPlan plan = fixture_.MakePlan(text);
      absl::StatusOr<std::unique_ptr<Session>> session = Session::Open(engine);
      EXPECT_OK(session);
      absl::StatusOr<std::unique_ptr<PlanRun>> run =
          PlanRun::Open(engine, **session, plan,
                        Sha256Hex(DeterministicBytes(plan.plan)), trust);
      EXPECT_OK(run);
      if (run.ok()) test(**run);
      return ExitCode::kConverged;
    });
  }

  // Killed when its command starts: one action is committed, one is open.
  void KillInCommand() {
    system_.AddScript({"/bin/effect"}, [this](const ProcessSpec&) {
      system_.CrashAt(1);
      return ProcessResult();
    });
    fixture_.Apply(kTwo);
    ASSERT_TRUE(system_.crashed());
    system_.Restart();
  }

  int JournalReads() {
    const auto reads = system_.reads();
    return std::count_if(reads.begin(), reads.end(),
                         [](const std::string& read) {
                           return absl::StartsWith(read, "read /state/runs/") &&
                                  absl::EndsWith(read, "/journal");
                         });
  }

  FakeSystem system_;
  EngineFixture fixture_{system_};
};

TEST_F(PlanRunTest, ANewRunIsNowhereBeforeItsFirstIntent) {
  Open(kTwo, [this](PlanRun& run) {
    EXPECT_EQ(run.unfinished(), nullptr);
    EXPECT_FALSE(run.MadeProgress());
    absl::StatusOr<std::set<std::string>> in_doubt = run.RecoverKilled();
    ASSERT_OK(in_doubt);
    EXPECT_THAT(*in_doubt, IsEmpty());
    EXPECT_OK(run.End(ExitCode::kConverged));
    EXPECT_OK(run.Interrupt());
    EXPECT_FALSE(run.directory().begun());
    EXPECT_EQ(system_.Snapshot("/state").count("/state/runs"), 0u);
  });
}

TEST_F(PlanRunTest, GoesOnWithTheUnfinishedRunOfTheSamePlan) {
  ASSERT_NO_FATAL_FAILURE(KillInCommand());
  std::string id;
  Open(kTwo, [&id](PlanRun& run) {
    ASSERT_NE(run.unfinished(), nullptr);
    id = run.unfinished()->id();
    EXPECT_EQ(run.directory().id(), id);
    EXPECT_TRUE(run.MadeProgress());
    EXPECT_THAT(run.BegunSteps(), ElementsAre("a", "unsafe"));
    EXPECT_TRUE(run.LeftOnlyByThisPlan());
  });
  // The plan has changed: a new run, which the old one is recovered for.
  Open(std::string(kTwo) + "step { name: 'c' [provision.scripted] {} }",
       [&id](PlanRun& run) {
         ASSERT_NE(run.unfinished(), nullptr);
         EXPECT_EQ(run.unfinished()->id(), id);
         EXPECT_NE(run.directory().id(), id);
         EXPECT_THAT(run.BegunSteps(), IsEmpty());
         EXPECT_FALSE(run.LeftOnlyByThisPlan());
       });
  fixture_.options.fresh = true;
  Open(kTwo, [&id](PlanRun& run) { EXPECT_NE(run.directory().id(), id); });
}

TEST_F(PlanRunTest, RecoveryTellsWhatIsInDoubt) {
  ASSERT_NO_FATAL_FAILURE(KillInCommand());
  Open(kTwo, [](PlanRun& run) {
    absl::StatusOr<std::set<std::string>> in_doubt = run.RecoverKilled();
    ASSERT_OK(in_doubt);
    EXPECT_THAT(*in_doubt, ElementsAre("unsafe"));
  });
}

TEST_F(PlanRunTest, ReadsAnUnfinishedJournalOnce) {
  ASSERT_NO_FATAL_FAILURE(KillInCommand());
  system_.ClearLogs();
  // One of another plan, with an apply from its beginning to its end.
  EXPECT_EQ(fixture_.Apply(R"pb(
    name: "other"
    step {
      name: "b"
      [provision.scripted] { file { path: "/srv/b" content: "B" } }
    }
  )pb"),
            ExitCode::kConverged);
  EXPECT_THAT(fixture_.errors(), Contains("run/unfinished"));
  // And its own, at the end: what it wrote.
  EXPECT_EQ(JournalReads(), 2);
}

}  // namespace
}  // namespace provision
