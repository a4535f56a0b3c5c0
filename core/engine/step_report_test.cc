#include "core/engine/step_report.h"

#include <map>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "core/base/path.h"
#include "core/engine/engine_fixture.h"
#include "core/journal/journal_reader.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

class StepReportTest : public ::testing::Test {
 protected:
  StepReportTest() {
    system_.AddDirectory("/srv");
    system_.AddFile("/etc/machine-id", "0123456789abcdef\n");
    system_.AddCommand({"/bin/effect"}, "");
  }

  // Of all runs: step to reason.
  std::map<std::string, std::string> Skips() {
    std::map<std::string, std::string> skips;
    for (const auto& [path, what] : system_.Snapshot("/state/runs")) {
      if (!absl::EndsWith(path, "/journal")) continue;
      std::unique_ptr<Directory> run = *system_.OpenDirectory(ParentPath(path));
      absl::StatusOr<JournalContents> contents = ReadJournal(*run, 0);
      EXPECT_OK(contents);
      for (const JournalRecord& record : contents->records) {
        if (record.has_skip()) {
          skips[record.skip().step()] = record.skip().reason();
        }
      }
    }
    return skips;
  }

  FakeSystem system_;
  EngineFixture engine_{system_};
};

TEST_F(StepReportTest, WhatIsNotPerformedIsOnRecordWithItsReason) {
  constexpr char kOnce[] = R"pb(
    step {
      name: "once"
      [provision.scripted] {
        proposal {
          action {
            run { argv: "/bin/effect" }
            repeat_class: RUN_ONCE
          }
        }
      }
    }
    step {
      name: "elsewhere"
      when { platform: "windows" }
      [provision.scripted] { file { path: "/srv/w" content: "" } }
    }
    step {
      name: "mend"
      after: "once"
      when { outcome: FAILED }
      [provision.scripted] { file { path: "/srv/m" content: "" } }
    }
    step {
      name: "so already"
      [provision.scripted] { file { path: "/srv/a" content: "A" } }
    })pb";
  system_.AddFile("/srv/a", "A");
  ASSERT_EQ(engine_.Apply(kOnce), ExitCode::kConverged);
  EXPECT_THAT(Skips(),
              ElementsAre(Pair("elsewhere", "for other platforms"),
                          Pair("mend", "its predecessors ended otherwise")));
  system_.RemoveTree("/srv/a");
  ASSERT_EQ(engine_.Apply(kOnce), ExitCode::kConverged);
  EXPECT_EQ(Skips()["once"], "done once");
}

TEST_F(StepReportTest, ARunWithNothingToDoRecordsNoSkip) {
  ASSERT_EQ(engine_.Apply(R"pb(
    step {
      name: "elsewhere"
      when { platform: "windows" }
      [provision.scripted] { file { path: "/srv/w" content: "" } }
    })pb"),
            ExitCode::kConverged);
  EXPECT_EQ(system_.Snapshot("/state").count("/state/runs"), 0u);
}

}  // namespace
}  // namespace provision
