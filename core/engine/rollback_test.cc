#include "core/engine/rollback.h"

#include <map>

#include "core/engine/engine_fixture.h"
#include "core/engine/run_status.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::Contains;

constexpr char kPlan[] = R"pb(
  step {
    name: "a"
    [provision.scripted] { file { path: "/srv/a" content: "A" } }
  }
  step {
    name: "b"
    after: "a"
    [provision.scripted] { file { path: "/srv/b" content: "B" } }
  }
  step {
    name: "c"
    [provision.scripted] { file { path: "/srv/c" content: "C" } }
  }
)pb";

class RollbackTest : public ::testing::Test {
 protected:
  RollbackTest() {
    system_.AddDirectory("/srv");
    system_.AddFile("/srv/a", "was here", 0640);
    system_.AddFile("/etc/machine-id", "0123456789abcdef\n");
    before_ = system_.Snapshot("/srv");
  }

  FakeSystem system_;
  EngineFixture engine_{system_};
  std::map<std::string, std::string> before_;
};

TEST_F(RollbackTest, BringsBackWhatWas) {
  ASSERT_EQ(engine_.Apply(kPlan), ExitCode::kConverged);
  ASSERT_NE(system_.Snapshot("/srv"), before_);
  EXPECT_EQ(engine_.Rollback(), ExitCode::kConverged);
  EXPECT_EQ(system_.Snapshot("/srv"), before_);
  EXPECT_EQ(engine_.summary().undone(), 3);
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kConverged)
      << "and it can be redone";
  EXPECT_EQ(engine_.summary().actions(), 3);
}

TEST_F(RollbackTest, OfAStepTakesItsDependantsToo) {
  ASSERT_EQ(engine_.Apply(kPlan), ExitCode::kConverged);
  EXPECT_EQ(engine_.Rollback("", "a"), ExitCode::kConverged);
  EXPECT_EQ(system_.Content("/srv/a"), "was here");
  EXPECT_EQ(system_.Content("/srv/b"), absl::nullopt);
  EXPECT_EQ(system_.Content("/srv/c"), "C");
  EXPECT_EQ(engine_.Rollback("", "nothing"), ExitCode::kUsage);
}

TEST_F(RollbackTest, WhatSomeoneElseChangedIsLeft) {
  ASSERT_EQ(engine_.Apply(kPlan), ExitCode::kConverged);
  system_.AddFile("/srv/b", "theirs");
  EXPECT_EQ(engine_.Rollback(), ExitCode::kStopped);
  EXPECT_THAT(engine_.errors(), Contains("apply/foreign-change"));
  EXPECT_EQ(system_.Content("/srv/a"), "was here") << "the rest is undone";
  EXPECT_EQ(system_.Content("/srv/b"), "theirs");
  EXPECT_EQ(engine_.Rollback(), ExitCode::kStopped) << "tries what is left";
  // Brought back to what this run had made, it can be undone.
  system_.AddFile("/srv/b", "B");
  EXPECT_EQ(engine_.Rollback(), ExitCode::kConverged);
  EXPECT_EQ(system_.Snapshot("/srv"), before_);
}

TEST_F(RollbackTest, WhatHasNoInverseIsNamed) {
  system_.AddCommand({"/bin/x"}, "");
  ASSERT_EQ(engine_.Apply(R"pb(
    step {
      name: "run"
      [provision.scripted] {
        file { path: "/srv/a" content: "A" }
        proposal {
          action {
            run { argv: "/bin/x" }
            repeat_class: RUN_ONCE
          }
        }
      }
    }
  )pb"),
            ExitCode::kConverged);
  EXPECT_EQ(engine_.Rollback(), ExitCode::kFailed);
  EXPECT_THAT(engine_.errors(), Contains("rollback/no-inverse"));
  EXPECT_EQ(system_.Content("/srv/a"), "was here") << "all else is undone";
}

TEST_F(RollbackTest, WhatHasNoInverseIsNamedWhenItGoesOnToo) {
  constexpr char kNoInverse[] = R"pb(
    step {
      name: "run"
      [provision.scripted] {
        file { path: "/srv/a" content: "A" }
        proposal {
          action {
            run { argv: "/bin/x" }
            repeat_class: RUN_ONCE
          }
        }
      }
    }
  )pb";
  int went_on = 0;
  for (int n = 1;; ++n) {
    SCOPED_TRACE(n);
    FakeSystem system;
    system.AddDirectory("/srv");
    system.AddFile("/srv/a", "was here");
    system.AddCommand({"/bin/x"}, "");
    EngineFixture engine(system);
    ASSERT_EQ(engine.Apply(kNoInverse), ExitCode::kConverged);
    system.CrashAt(n);
    engine.Rollback();
    if (!system.crashed()) break;
    system.Restart();
    EXPECT_EQ(engine.Rollback(), ExitCode::kFailed);
    EXPECT_EQ(system.Content("/srv/a"), "was here");
    ++went_on;
  }
  EXPECT_GT(went_on, 3);
}

TEST_F(RollbackTest, ADeclaredUndoIsRun) {
  int undone = 0;
  system_.AddCommand({"/bin/do"}, "");
  system_.AddScript({"/bin/undo"}, [&undone](const ProcessSpec&) {
    ++undone;
    return ProcessResult();
  });
  ASSERT_EQ(engine_.Apply(R"pb(
    step {
      name: "run"
      [provision.scripted] {
        proposal {
          action {
            run { argv: "/bin/do" undo_argv: "/bin/undo" }
            repeat_class: RUN_ONCE
          }
        }
      }
    }
  )pb"),
            ExitCode::kConverged);
  EXPECT_EQ(engine_.Rollback(), ExitCode::kConverged);
  EXPECT_EQ(undone, 1);
}

TEST_F(RollbackTest, NothingToRollBackIsSaid) {
  EXPECT_NE(engine_.Rollback(), ExitCode::kConverged);
  EXPECT_FALSE(engine_.errors().empty());
}

}  // namespace
}  // namespace provision
