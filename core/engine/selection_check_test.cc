#include "core/engine/selection_check.h"

#include <string>

#include "core/engine/engine_fixture.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;

// What step "c" made is not proven until /srv/proof is there.
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
    verify { file { path: "/srv/proof" } }
    [provision.scripted] { file { path: "/srv/c" content: "C" } }
  }
)pb";

class SelectionCheckTest : public ::testing::Test {
 protected:
  SelectionCheckTest() {
    system_.AddDirectory("/srv");
    system_.AddFile("/etc/machine-id", "0123456789abcdef\n");
  }

  FakeSystem system_;
  EngineFixture engine_{system_};
};

TEST_F(SelectionCheckTest, WhatASelectedStepStandsOnHasToBeThere) {
  EXPECT_EQ(engine_.Apply(kPlan, {"b"}), ExitCode::kUsage);
  EXPECT_THAT(engine_.errors(), ElementsAre("usage/selection"));
  EXPECT_EQ(engine_.Apply(kPlan, {"a"}), ExitCode::kConverged);
  EXPECT_EQ(engine_.Apply(kPlan, {"b"}), ExitCode::kConverged);
}

TEST_F(SelectionCheckTest, SoItDoesWhenThePlanIsSaved) {
  EXPECT_EQ(engine_.SavePlan(kPlan, {"b"}), "");
  EXPECT_THAT(engine_.errors(), ElementsAre("usage/selection"));
  EXPECT_EQ(engine_.summary().exit(), static_cast<int>(ExitCode::kUsage));
  EXPECT_EQ(engine_.Apply(kPlan, {"a"}), ExitCode::kConverged);
  EXPECT_EQ(engine_.ApplySaved(engine_.SavePlan(kPlan, {"b"})),
            ExitCode::kConverged);
  EXPECT_EQ(system_.Content("/srv/b"), "B");
}

TEST_F(SelectionCheckTest, APartOfThePlanEndsNoUnfinishedRun) {
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kStopped);
  EXPECT_EQ(engine_.Apply(kPlan, {"a"}), ExitCode::kConverged);
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kStopped)
      << "the check of c is still due";
  EXPECT_EQ(engine_.ApplySaved(engine_.SavePlan(kPlan, {"a"})),
            ExitCode::kConverged);
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kStopped);
  system_.AddFile("/srv/proof", "");
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kConverged);
}

TEST_F(SelectionCheckTest, ASavedPartEndsARunOfItsOwn) {
  const std::string saved = engine_.SavePlan(kPlan, {"c"});
  EXPECT_EQ(engine_.ApplySaved(saved), ExitCode::kStopped);
  system_.AddFile("/srv/proof", "");
  EXPECT_EQ(engine_.ApplySaved(saved), ExitCode::kConverged);
  EXPECT_EQ(engine_.ApplySaved(saved), ExitCode::kConverged);
  EXPECT_EQ(engine_.events().front().run_started().continues(), "");
}

}  // namespace
}  // namespace provision
