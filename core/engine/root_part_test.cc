#include "core/engine/root_part.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "core/engine/planner.h"
#include "core/engine/run_fixture.h"
#include "core/engine/saved_plan.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr char kPlan[] = R"pb(
  step {
    name: "mine"
    [provision.scripted] { file { path: "/srv/a" content: "A" } }
  }
  step {
    name: "roots"
    [provision.scripted] {
      read { variable { name: "HOME" } }
      read { metadata { path: "/etc/thing" } }
      proposal {
        needs { root: true }
        action { write_file { path: "/etc/thing" content: "T" } }
      }
    }
  }
)pb";

class RootPartTest : public ::testing::Test {
 protected:
  RootPartTest() {
    system_.AddDirectory("/srv");
    system_.AddDirectory("/etc");
    system_.AddFile("/etc/machine-id", "0123456789abcdef\n");
    system_.SetVariable("HOME", "/home/ada");
    Identity ada;
    ada.uid = 1000;
    ada.home = "/home/ada";
    for (const char* path : {"/srv", "/state"}) {
      system_.AddDirectory(path, 0700);
      system_.ChangeOwner(path, ada.uid, ada.uid);
    }
    system_.SetIdentity(ada);
  }

  // What is handed over when the steps have ended so.
  std::string HandOver(const std::vector<StepEnd>& ends) {
    std::string command;
    InNewRun(fixture_, [&](OpenRun& run) {
      const CheckedPlan plan = fixture_.MakePlan(kPlan);
      Planner planner(plan, run.engine.facts);
      absl::StatusOr<std::string> handed =
          HandOverRootPart(run.engine, plan, planner.ProposeAll({true, true}),
                           ends, planner, run.directory);
      ASSERT_OK(handed);
      command = *handed;
      if (!command.empty()) {
        EXPECT_TRUE(run.directory.begun());
        ASSERT_TRUE(run.History().abort().has_value());
        EXPECT_EQ(run.History().abort()->reason(), "needs root");
        part_ = system_
                    .Content("/state/" + run.directory.relative_path() +
                             "/root-part.plan")
                    .value_or("");
      } else {
        EXPECT_FALSE(run.directory.begun());
      }
    });
    return command;
  }

  FakeSystem system_;
  EngineFixture fixture_{system_};
  std::string part_;
};

TEST_F(RootPartTest, HoldsWhatNeedsRootAndNothingElse) {
  const std::string command =
      HandOver({StepEnd::kSucceeded, StepEnd::kHeldBack});
  EXPECT_THAT(command, StartsWith("sudo provision apply /state/runs/"));
  EXPECT_THAT(command, HasSubstr("--approved " + SavedPlanDigest(part_)));
  absl::StatusOr<SavedPlan> saved = DecodeSavedPlan(part_);
  ASSERT_OK(saved);
  ASSERT_THAT(saved->step(), SizeIs(1));
  EXPECT_EQ(saved->step(0).id(), "roots");
  ASSERT_THAT(saved->step(0).proposal().action(), SizeIs(1));
  EXPECT_EQ(saved->step(0).proposal().action(0).write_file().path(),
            "/etc/thing");
}

TEST_F(RootPartTest, RootsVariablesAreItsOwn) {
  HandOver({StepEnd::kSucceeded, StepEnd::kHeldBack});
  absl::StatusOr<SavedPlan> saved = DecodeSavedPlan(part_);
  ASSERT_OK(saved);
  bool has_path = false;
  for (const Fact& fact : saved->step(0).fact()) {
    EXPECT_FALSE(fact.query().has_variable());
    has_path |= fact.query().metadata().path() == "/etc/thing";
  }
  EXPECT_TRUE(has_path);
}

TEST_F(RootPartTest, NothingIsHandedOverThatWasNotHeldBack) {
  EXPECT_EQ(HandOver({StepEnd::kSucceeded, StepEnd::kBlocked}), "");
  EXPECT_EQ(HandOver({StepEnd::kHeldBack, StepEnd::kFailed}), "")
      << "held back for something else";
}

TEST_F(RootPartTest, RootHandsNothingOver) {
  system_.SetIdentity(Identity());
  system_.ChangeOwner("/state", 0, 0);
  EXPECT_EQ(HandOver({StepEnd::kSucceeded, StepEnd::kHeldBack}), "");
}

}  // namespace
}  // namespace provision
