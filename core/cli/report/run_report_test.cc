#include "core/cli/report/run_report.h"

#include <string>
#include <vector>

#include "core/actions/all_handlers.h"
#include "core/testing/no_artifact_readers.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

// A plan of steps that come after each other, and what happened at which
// millisecond.
class RunReportTest : public testing::Test {
 protected:
  RunReportTest() : handlers_(AllHandlers(NoArtifactReaders())) {
    for (const char* name : {"first", "second", "third"}) {
      CheckedStep step;
      step.id = name;
      step.root = "/app";
      if (!plan_.steps.empty()) {
        step.after = {static_cast<int>(plan_.steps.size()) - 1};
      }
      plan_.steps.push_back(std::move(step));
    }
    Add(R"pb(begin {
               run: "7f3c2a91"
               wall_ms: 1800005400000
               at_ns: 1000000000
               build_id: "0.1.0"
               plan { name: "app" folder: "/app" }
             })pb");
  }

  void Add(absl::string_view text) {
    records_.push_back(ParseText<JournalRecord>(text));
  }
  // Of an action of `step` that makes the directory /app/<step>.
  void AddIntent(const std::string& step, int64_t at_ms) {
    JournalRecord record;
    record.mutable_intent()->mutable_id()->set_step(step);
    record.mutable_intent()->set_at_ns(1000000000 + at_ms * 1000000);
    record.mutable_intent()
        ->mutable_action()
        ->mutable_make_directory()
        ->set_path("/app/" + step);
    records_.push_back(record);
  }
  void AddCommit(const std::string& step, int64_t at_ms) {
    JournalRecord record;
    record.mutable_commit()->mutable_id()->set_step(step);
    record.mutable_commit()->set_at_ns(1000000000 + at_ms * 1000000);
    record.mutable_commit()->set_duration_ns(2000000);
    records_.push_back(record);
  }
  void AddDone(const std::string& step) {
    JournalRecord record;
    record.mutable_step_done()->set_step(step);
    records_.push_back(record);
  }
  std::vector<std::string> States() {
    std::vector<std::string> states;
    const Report report = ReportOfRecords(records_, plan_, handlers_);
    for (const Report::Step& step : report.step()) {
      states.push_back(step.state());
    }
    return states;
  }

  const ActionHandlers handlers_;
  CheckedPlan plan_;
  std::vector<JournalRecord> records_;
};

TEST_F(RunReportTest, AStepThatChangedHasItsTimes) {
  AddIntent("first", 10);
  AddCommit("first", 15);
  AddDone("first");
  Add("done { exit_code: 0 }");
  const Report report = ReportOfRecords(records_, plan_, handlers_);
  EXPECT_THAT(report.step(0), EqualsProto(R"pb(
                step: "first"
                state: "changed"
                begin_ms: 10
                duration_ms: 5
                action {
                  verb: "mkdir"
                  object: "first"
                  state: "done"
                  begin_ms: 10
                  duration_ms: 2
                  digest: ""
                }
                critical: true
              )pb"));
  EXPECT_EQ(report.session(0).started(), "2027-01-15T09:30:00Z");
  EXPECT_EQ(report.session(0).end(), "ended");
  EXPECT_EQ(report.duration_ms(), 15);
  EXPECT_THAT(States(),
              testing::ElementsAre("changed", "not changed", "not changed"));
}

TEST_F(RunReportTest, AFailureBlocksWhatComesAfter) {
  AddIntent("first", 10);
  Add(R"pb(fail {
             id { step: "first" }
             message: "no room"
             diagnostic { id: "host/no-space" message: "no room" }
           })pb");
  EXPECT_THAT(States(), testing::ElementsAre("failed", "blocked", "blocked"));
  const Report report = ReportOfRecords(records_, plan_, handlers_);
  EXPECT_EQ(report.step(0).error(0).message(), "no room");
  EXPECT_EQ(report.step(0).action(0).state(), "failed");
  EXPECT_THAT(report.step(1).blocked_by(), testing::ElementsAre("first"));
}

TEST_F(RunReportTest, ACheckThatFailsFailsItsStep) {
  AddIntent("first", 10);
  AddCommit("first", 15);
  Add(R"pb(evidence {
             step: "first"
             check: "import numpy"
             passed: false
             finding { message: "no numpy" }
           })pb");
  EXPECT_THAT(States(), testing::ElementsAre("failed", "blocked", "blocked"));
}

TEST_F(RunReportTest, AKilledRunSaysWhereItIsAndGoesOn) {
  AddIntent("first", 10);
  EXPECT_THAT(States(), testing::ElementsAre("open", "no record", "no record"));
  // After a reboot the clock begins anew.
  Add("resume { wall_ms: 1800009000000 at_ns: 5000000 }");
  Add(R"pb(commit {
             id { step: "first" }
             adopted: true
             at_ns: 8000000
           })pb");
  AddDone("first");
  Add("done { exit_code: 0 }");
  const Report report = ReportOfRecords(records_, plan_, handlers_);
  EXPECT_EQ(report.step(0).state(), "changed");
  EXPECT_EQ(report.step(0).action(0).state(), "adopted");
  ASSERT_EQ(report.session_size(), 2);
  EXPECT_EQ(report.session(0).end(), "killed");
  EXPECT_EQ(report.session(1).begin_ms(), 10);
  EXPECT_EQ(report.session(1).duration_ms(), 3);
}

TEST_F(RunReportTest, ARungThatFailedIsNamedWithItsReason) {
  Add(R"pb(proposed {
             step: "first"
             rung: "EXACT"
             proposal {
               title: "Python"
               rung { name: "EXACT" }
             }
           })pb");
  AddIntent("first", 10);
  Add(R"pb(fail {
             id { step: "first" }
             message: "404"
           })pb");
  Add(R"pb(proposed {
             step: "first"
             rung: "SYSTEM"
             proposal {
               title: "Python"
               refused { rung: "OLD" reason: "too old" }
               rung { name: "SYSTEM" outcome: "3.11 by rung SYSTEM" }
             }
           })pb");
  AddIntent("first", 20);
  AddCommit("first", 25);
  AddDone("first");
  const Report report = ReportOfRecords(records_, plan_, handlers_);
  const Report::Step& step = report.step(0);
  EXPECT_EQ(step.state(), "changed");
  EXPECT_EQ(step.rung(), "SYSTEM");
  EXPECT_EQ(step.text(), "3.11 by rung SYSTEM");
  ASSERT_EQ(step.refused_size(), 2);
  EXPECT_EQ(step.refused(0).rung(), "OLD");
  EXPECT_EQ(step.refused(1).rung(), "EXACT");
  EXPECT_EQ(step.refused(1).reason(), "404");
}

TEST_F(RunReportTest, WhatWasTakenBackIsUndone) {
  AddIntent("first", 10);
  AddCommit("first", 15);
  AddDone("first");
  Add(R"pb(undo_commit { id { step: "first" } })pb");
  EXPECT_EQ(States()[0], "undone");
}

TEST_F(RunReportTest, ASkippedStepSaysWhy) {
  Add("skip { step: 'first' reason: 'not for this platform' }");
  AddIntent("second", 10);
  AddCommit("second", 15);
  AddDone("second");
  Add("done { exit_code: 0 }");
  EXPECT_THAT(States(),
              testing::ElementsAre("skipped", "changed", "not changed"));
  EXPECT_EQ(ReportOfRecords(records_, plan_, handlers_).step(0).text(),
            "not for this platform");
  Add("resume { at_ns: 2000000000 }");
  Add("proposed { step: 'first' }");
  AddIntent("first", 1010);
  AddCommit("first", 1015);
  AddDone("first");
  EXPECT_EQ(States()[0], "changed");
}

TEST_F(RunReportTest, AJournalWithoutTimesHasNone) {
  records_[0].mutable_begin()->clear_at_ns();
  AddIntent("first", 10);
  AddCommit("first", 15);
  const Report report = ReportOfRecords(records_, plan_, handlers_);
  EXPECT_FALSE(report.has_duration_ms());
  EXPECT_FALSE(report.step(0).has_begin_ms());
}

// The plan of a saved plan's run may not be whole.
TEST_F(RunReportTest, StepsOfNoPlanAreToldFromTheRecords) {
  AddIntent("first", 10);
  const Report report = ReportOfRecords(records_, CheckedPlan(), handlers_);
  ASSERT_EQ(report.step_size(), 1);
  EXPECT_EQ(report.step(0).action(0).object(), "/app/first");
}

}  // namespace
}  // namespace provision
