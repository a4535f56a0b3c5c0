#include "core/engine/step_runner.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "core/engine/engine_fixture.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class StepRunnerTest : public ::testing::Test {
 protected:
  StepRunnerTest() {
    system_.AddDirectory("/srv");
    system_.AddFile("/etc/machine-id", "0123456789abcdef\n");
  }

  FakeSystem system_;
  EngineFixture engine_{system_};
};

TEST_F(StepRunnerTest, StepsThatNeedOneMutexNeverOverlap) {
  // The first command that starts goes on only once the other step waits for
  // the mutex, or has started too.
  absl::Mutex mutex;
  int inside = 0;
  int most = 0;
  absl::Notification other_is_there;
  const auto arrive = [&] {
    if (!other_is_there.HasBeenNotified()) other_is_there.Notify();
  };
  system_.AddScript({"/bin/effect"}, [&](const ProcessSpec&) {
    bool is_first;
    {
      absl::MutexLock lock(&mutex);
      is_first = most == 0;
      most = std::max(most, ++inside);
      if (!is_first) arrive();
    }
    if (is_first) other_is_there.WaitForNotification();
    absl::MutexLock lock(&mutex);
    --inside;
    return ProcessResult();
  });
  engine_.on_event = [&](const Event& event) {
    if (event.waiting().text() != "for packages") return;
    absl::MutexLock lock(&mutex);
    arrive();
  };
  engine_.options.jobs = 2;
  EXPECT_EQ(engine_.Apply(R"pb(
    step {
      name: "a"
      [provision.scripted] {
        proposal {
          needs { mutex: "packages" }
          action {
            run { argv: "/bin/effect" argv: "a" }
            repeat_class: RUN_ONCE
          }
        }
      }
    }
    step {
      name: "b"
      [provision.scripted] {
        proposal {
          needs { mutex: "packages" }
          action {
            run { argv: "/bin/effect" argv: "b" }
            repeat_class: RUN_ONCE
          }
        }
      }
    }
  )pb"),
            ExitCode::kConverged);
  EXPECT_EQ(most, 1);
}

TEST_F(StepRunnerTest, AStepThatFailsItsCheckTellsWhatItDid) {
  EXPECT_EQ(engine_.Apply(R"pb(
    step {
      name: "s"
      [provision.scripted] {
        proposal {
          action { write_file { path: "/srv/a" content: "a" } }
          action { write_file { path: "/srv/b" content: "b" } }
          check { file { path: "/srv/proof" } }
        }
      }
    }
    step {
      name: "taken back"
      on_failure: ROLLBACK
      [provision.scripted] {
        proposal {
          action { write_file { path: "/srv/c" content: "c" } }
          check { file { path: "/srv/proof" } }
        }
      }
    }
  )pb"),
            ExitCode::kStopped);
  EXPECT_EQ(engine_.summary().actions(), 2);
  EXPECT_THAT(engine_.summary().next(), Contains(HasSubstr("rollback")));
}

TEST_F(StepRunnerTest, TwoStepsMayWantOneFolder) {
  // The first that is to make it goes on only once the other has found it
  // missing too, or waits for it.
  absl::Mutex mutex;
  bool is_begun = false;
  absl::Notification other_is_there;
  engine_.on_event = [&](const Event& event) {
    const bool begins = event.action_started().line().verb() == "mkdir";
    if (!begins && event.waiting().text() != "for /srv/d") return;
    bool is_first;
    {
      absl::MutexLock lock(&mutex);
      is_first = begins && !is_begun;
      is_begun = true;
      if (!is_first && !other_is_there.HasBeenNotified()) {
        other_is_there.Notify();
      }
    }
    if (is_first) other_is_there.WaitForNotification();
  };
  engine_.options.jobs = 2;
  for (const bool many : {false, true}) {
    system_.RemoveTree("/srv");
    system_.RemoveTree("/state");
    system_.AddDirectory("/srv");
    std::string files;
    for (int i = 0; i < (many ? 10 : 1); ++i) {
      absl::StrAppend(&files, "file { path: \"/srv/d/$0", i, "\" }");
    }
    std::string plan;
    for (const char* step : {"a", "b"}) {
      absl::StrAppend(&plan, "step { name: \"", step,
                      "\" [provision.scripted] { ",
                      absl::Substitute(files, step), " } }");
    }
    EXPECT_EQ(engine_.Apply(plan), ExitCode::kConverged)
        << ::testing::PrintToString(engine_.ends());
    // The second run through has nobody to wait for.
    engine_.on_event = nullptr;
  }
}

TEST_F(StepRunnerTest, ARefusedRungSaysWhatItCouldNotTakeBack) {
  system_.AddScript({"/bin/fails"}, [this](const ProcessSpec&) {
    system_.AddFile("/srv/shared", "somebody else's");
    ProcessResult result;
    result.status = 1;
    return result;
  });
  ASSERT_EQ(engine_.Apply(R"pb(
    step {
      name: "ladder"
      [provision.scripted] {
        until: "/srv/done"
        proposal {
          title: "it"
          rung {
            name: "FIRST"
            action { write_file { path: "/srv/shared" content: "1" } }
            action {
              run { argv: "/bin/fails" }
              repeat_class: CONVERGENT
            }
          }
          rung {
            name: "SECOND"
            action { write_file { path: "/srv/done" content: "2" } }
          }
        }
      }
    }
  )pb"),
            ExitCode::kConverged);
  std::vector<std::string> evidence;
  for (const Event& event : engine_.events()) {
    for (const Refusal& refusal : event.step_done().refused()) {
      evidence.insert(evidence.end(), refusal.evidence().begin(),
                      refusal.evidence().end());
    }
  }
  EXPECT_THAT(evidence,
              Contains(HasSubstr("not taken back: write /srv/shared: changed "
                                 "since by someone else")));
  EXPECT_EQ(system_.Content("/srv/shared"), "somebody else's");
}

TEST_F(StepRunnerTest, AFollowUpThatWasCutIsInDoubt) {
  constexpr char kPlan[] = R"pb(
    step {
      name: "conf"
      [provision.scripted] {
        file { path: "/srv/conf" content: "C" }
        proposal {
          on_change {
            name: "migrate"
            watch_path: "/srv/conf"
            action {
              run { argv: "/bin/effect" }
              repeat_class: UNSAFE_TO_REPEAT
            }
          }
        }
      }
    }
  )pb";
  int starts = 0;
  system_.AddScript({"/bin/effect"}, [&](const ProcessSpec&) {
    ++starts;
    ProcessResult result;
    result.outcome = ProcessResult::Outcome::kDeadline;
    return result;
  });
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kInDoubt);
  EXPECT_THAT(engine_.ends(), ElementsAre("conf changed", "conf in doubt"));
  EXPECT_EQ(starts, 1);

  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kInDoubt) << "the doubt stays";
  EXPECT_EQ(starts, 1);

  engine_.options.assume_done = {"conf/migrate"};
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kConverged);
  engine_.options.assume_done.clear();
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kConverged);
  EXPECT_EQ(starts, 1);
}

}  // namespace
}  // namespace provision
