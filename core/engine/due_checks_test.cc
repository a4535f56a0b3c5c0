#include "core/engine/due_checks.h"

#include <utility>
#include <vector>

#include "core/journal/sample_journal.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

const ActionId kAction = SampleId("s", "aa");

PlanHistory Of(std::vector<std::vector<JournalRecord>> runs) {
  std::vector<RunHistory> histories;
  for (std::vector<JournalRecord>& records : runs) {
    JournalContents contents;
    contents.verdict = JournalVerdict::kClean;
    contents.records = std::move(records);
    contents.records.insert(contents.records.begin(), SampleBegin("r"));
    histories.push_back(RunHistory(std::move(contents)));
  }
  return PlanHistory(SampleBegin("r").begin().plan(), Carry(),
                     std::move(histories));
}

JournalRecord Proposed() {
  return ParseText<JournalRecord>(R"pb(
    proposed {
      step: "s"
      rung: "SECOND"
      proposal {
        rung { name: "FIRST" }
        rung {
          name: "SECOND"
          check { import: "ssl" }
        }
      }
    }
  )pb");
}

TEST(DueChecksTest, TheyAreDueUntilTheStepIsDone) {
  EXPECT_EQ(UncheckedProposal(Of({}), "s"), absl::nullopt);
  const std::vector<JournalRecord> committed = {
      Proposed(), SampleIntent(kAction), SampleCommit(kAction)};
  const auto with = [&committed](JournalRecord last) {
    std::vector<JournalRecord> records = committed;
    records.push_back(std::move(last));
    return records;
  };
  const auto due = [](std::vector<std::vector<JournalRecord>> runs) {
    return UncheckedProposal(Of(std::move(runs)), "s").has_value();
  };
  EXPECT_FALSE(due({{Proposed(), SampleIntent(kAction)}}));
  EXPECT_TRUE(due({committed}));
  EXPECT_FALSE(UncheckedProposal(Of({committed}), "other").has_value());
  EXPECT_FALSE(due({with(SampleStepDone("s"))}));
  EXPECT_FALSE(due({with(SampleDone())}));
  EXPECT_TRUE(due({committed, {}})) << "a changed plan begins a new run";
  EXPECT_FALSE(due({committed, {SampleStepDone("s")}}));
}

TEST(DueChecksTest, OnlyTheRungThatWasTaken) {
  const auto proposed = UncheckedProposal(
      Of({{Proposed(), SampleIntent(kAction), SampleCommit(kAction)}}), "s");
  ASSERT_TRUE(proposed.has_value());
  ASSERT_EQ(proposed->proposal().rung_size(), 1);
  EXPECT_EQ(proposed->proposal().rung(0).check(0).import(), "ssl");
  const auto unknown = UncheckedProposal(
      Of({{SampleIntent(kAction), SampleCommit(kAction)}}), "s");
  ASSERT_TRUE(unknown.has_value())
      << "a step's own checks are due all the same";
  EXPECT_EQ(unknown->proposal().rung_size(), 0);
}

}  // namespace
}  // namespace provision
