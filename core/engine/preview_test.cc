#include "core/engine/preview.h"

#include "absl/strings/str_cat.h"
#include "core/engine/engine_fixture.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class PlanCommandTest : public ::testing::Test {
 protected:
  PlanCommandTest() {
    system_.AddDirectory("/srv");
    system_.AddFile("/etc/machine-id", "0123456789abcdef\n");
  }

  // The verbs and digests of everything that the last command showed.
  std::vector<std::string> Shown() const {
    std::vector<std::string> digests;
    for (const Event& event : engine_.events()) {
      for (const auto& line : event.step_planned().line()) {
        digests.push_back(line.digest());
      }
    }
    return digests;
  }

  std::vector<std::string> Performed() const {
    std::vector<std::string> digests;
    for (const Event& event : engine_.events()) {
      if (event.action_done().outcome() == Event::ActionDone::COMMITTED) {
        digests.push_back(event.action_done().digest());
      }
    }
    return digests;
  }

  FakeSystem system_;
  EngineFixture engine_{system_};
};

constexpr char kPlan[] = R"pb(
  step {
    name: "a"
    [provision.scripted] {
      file { path: "/srv/deep/a" content: "A" }
      file { path: "/srv/conf" content: "two\n" }
    }
  }
  step {
    name: "b"
    after: "a"
    [provision.scripted] { file { path: "/srv/b" content: "B" } }
  }
)pb";

TEST_F(PlanCommandTest, ShowsTheVeryActionsThatApplyPerforms) {
  system_.AddFile("/srv/conf", "one\n");
  EXPECT_EQ(engine_.Plan(kPlan), ExitCode::kPending);
  const std::vector<std::string> shown = Shown();
  EXPECT_EQ(shown.size(), 4u) << "a directory and three files";
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kConverged);
  EXPECT_EQ(Performed(), shown);
}

TEST_F(PlanCommandTest, ChangesNothing) {
  const auto before = system_.Snapshot("/");
  system_.ClearLogs();
  EXPECT_EQ(engine_.Plan(kPlan), ExitCode::kPending);
  EXPECT_THAT(system_.operations(), IsEmpty());
  EXPECT_EQ(system_.Snapshot("/"), before);
}

TEST_F(PlanCommandTest, SaysWhatItAddsUpTo) {
  EXPECT_EQ(engine_.Plan(R"pb(
    step {
      name: "get"
      [provision.scripted] {
        proposal {
          needs { root: true }
          action {
            fetch {
              url: "https://files.example/x"
              url: "file:///srv/x"
              sha256: "0123456789012345678901234567890123456789012345678901234567890123"
              size: 1000
            }
          }
        }
      }
    }
    step {
      name: "run"
      [provision.scripted] {
        proposal {
          needs {
            endpoint { host: "index.example" port: 443 }
            disk { path: "/srv" bytes: 77 }
          }
          action { run { argv: "/bin/true" } }
        }
      }
    }
    step {
      name: "done"
      [provision.scripted] {}
    }
  )pb"),
            ExitCode::kPending);
  const Event::Summary summary = engine_.summary();
  EXPECT_EQ(summary.to_change(), 2);
  EXPECT_EQ(summary.already_so(), 1);
  EXPECT_EQ(summary.actions(), 2);
  EXPECT_EQ(summary.fetch_bytes(), 1000u);
  EXPECT_EQ(summary.disk_bytes(), 1077u);
  EXPECT_EQ(summary.root(), "get");
  EXPECT_EQ(summary.undo(), "all but run");
  EXPECT_EQ(summary.network(), "files.example:443, index.example:443");
  EXPECT_THAT(summary.next(), ElementsAre("provision apply plan.textproto"));
}

TEST_F(PlanCommandTest, WhatTheStoreHasIsNotToBeFetched) {
  const std::string sha256(64, 'a');
  const std::string plan = absl::StrCat(
      "step { name: 'get' [provision.scripted] { proposal { action { fetch { "
      "url: 'https://files.example/x' size: 1000 sha256: '",
      sha256, "' } } } } }");
  engine_.Plan(plan);
  EXPECT_EQ(engine_.summary().fetch_bytes(), 1000u);
  EXPECT_EQ(engine_.summary().network(), "files.example:443");
  system_.AddFile("/store/sha256/" + sha256, "content");
  engine_.Plan(plan);
  EXPECT_EQ(engine_.summary().fetch_bytes(), 0u);
  EXPECT_EQ(engine_.summary().network(), "none");
}

// A selected step that comes after one that is neither selected nor as asked.
TEST_F(PlanCommandTest, RefusesTheSelectionThatApplyRefuses) {
  EXPECT_EQ(engine_.Plan(kPlan, {"b"}), ExitCode::kUsage);
  EXPECT_THAT(engine_.errors(), ElementsAre("usage/selection"));
  EXPECT_THAT(Shown(), IsEmpty());
  EXPECT_EQ(engine_.Apply(kPlan, {"b"}), ExitCode::kUsage);
  EXPECT_THAT(engine_.errors(), ElementsAre("usage/selection"));
}

TEST_F(PlanCommandTest, ChecksThatAreDueAreSomethingToDo) {
  constexpr char kChecked[] = R"pb(
    step {
      name: "a"
      [provision.scripted] { file { path: "/srv/a" content: "A" } }
      verify { file { path: "/srv/other" } }
    }
  )pb";
  EXPECT_EQ(engine_.Apply(kChecked), ExitCode::kStopped);
  EXPECT_EQ(engine_.Plan(kChecked), ExitCode::kPending);
  EXPECT_EQ(engine_.summary().to_check(), 1);
  EXPECT_EQ(engine_.summary().already_so(), 0);
  system_.AddFile("/srv/other", "");
  EXPECT_EQ(engine_.Apply(kChecked), ExitCode::kConverged);
  EXPECT_EQ(engine_.Plan(kChecked), ExitCode::kConverged);
  EXPECT_EQ(engine_.summary().already_so(), 1);
}

TEST_F(PlanCommandTest, ACommandThatReachesOutIsNotCalledNoNetwork) {
  engine_.Plan(
      "step { name: 'pip' [provision.scripted] { proposal { action { run { "
      "argv: '/bin/pip' network: true } } } } }");
  EXPECT_EQ(engine_.summary().network(), "what pip runs");
}

TEST_F(PlanCommandTest, ExitCodes) {
  EXPECT_EQ(engine_.Plan("step { name: 'a' [provision.scripted] {} }"),
            ExitCode::kConverged);
  EXPECT_EQ(engine_.Plan("step { name: 'a' [provision.scripted] { needs_path: "
                         "'/none' } }"),
            ExitCode::kPending)
      << "UNKNOWN is never shown as no change";
  EXPECT_EQ(engine_.Plan("step { name: 'a' [provision.scripted] { error: 'x' } "
                         "}"),
            ExitCode::kFailed);
  EXPECT_EQ(engine_.Plan("step { name: 'a' [provision.scripted] { proposal { "
                         "action { run { argv: '/x' } consent: 'c' destroys: "
                         "'d' } } } }"),
            ExitCode::kRefused);
}

}  // namespace
}  // namespace provision
