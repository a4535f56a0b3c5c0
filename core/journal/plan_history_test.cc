#include "core/journal/plan_history.h"

#include <string>
#include <vector>

#include "core/journal/sample_journal.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Found = PlanHistory::Found;

const ActionId kA = SampleId("one", "aa");
const ActionId kB = SampleId("two", "bb");

RunHistory RunOf(absl::string_view id, std::vector<JournalRecord> records) {
  JournalContents contents;
  contents.verdict = JournalVerdict::kClean;
  contents.records = std::move(records);
  contents.records.insert(contents.records.begin(), SampleBegin(id));
  return RunHistory(std::move(contents));
}

PlanIdentity Plan() { return SampleBegin("x").begin().plan(); }

PlanHistory Of(std::vector<RunHistory> runs, const Carry& carry = Carry()) {
  return PlanHistory(Plan(), carry, std::move(runs));
}

JournalRecord OfClass(const ActionId& id, Action::RepeatClass repeat_class) {
  JournalRecord record = SampleIntent(id);
  record.mutable_intent()->set_repeat_class(repeat_class);
  return record;
}

JournalRecord UndoBegin(bool whole_run) {
  JournalRecord record;
  record.mutable_undo_begin()->set_whole_run(whole_run);
  return record;
}

JournalRecord UndoEnd() {
  JournalRecord record;
  record.mutable_undo_end();
  return record;
}

// ---- reliability.md 7.4 ----

TEST(PlanHistoryTest, WhatIsFoundDecidesHowApplyBegins) {
  const std::vector<JournalRecord> half = {SampleIntent(kA)};
  const std::vector<JournalRecord> done = {SampleIntent(kA), SampleCommit(kA),
                                           SampleDone()};
  EXPECT_EQ(Of({}).Judge("host"), Found::kNothing);
  EXPECT_EQ(Of({RunOf("1", half)}).Judge("host"), Found::kUnfinished);
  EXPECT_EQ(Of({RunOf("1", done)}).Judge("host"), Found::kDone);
  EXPECT_EQ(Of({RunOf("1", done), RunOf("2", half)}).Judge("host"),
            Found::kUnfinished);
  EXPECT_EQ(Of({RunOf("1", half), RunOf("2", done)}).Judge("host"),
            Found::kDone);
  EXPECT_EQ(Of({RunOf("1", half)}).Judge("another host"), Found::kOtherHost);
  EXPECT_EQ(Of({RunOf("1", {UndoBegin(true)})}).Judge("host"),
            Found::kRollbackUnfinished);
  EXPECT_EQ(Of({RunOf("1", {UndoBegin(true)}), RunOf("2", half)}).Judge("host"),
            Found::kRollbackUnfinished);
  EXPECT_EQ(Of({RunOf("1", {UndoBegin(true), UndoEnd()})}).Judge("host"),
            Found::kDone);
  // A step that was undone because it failed.
  EXPECT_EQ(Of({RunOf("1", {UndoBegin(false), UndoEnd()})}).Judge("host"),
            Found::kUnfinished);
}

TEST(PlanHistoryTest, APlanIsItsNameAndItsFolderOrBundle) {
  const PlanIdentity plan = Plan();
  PlanIdentity other = plan;
  EXPECT_TRUE(SamePlan(plan, other));
  other.set_name("another");
  EXPECT_FALSE(SamePlan(plan, other));
  other = plan;
  other.set_folder("/elsewhere");
  EXPECT_FALSE(SamePlan(plan, other));
  other = plan;
  other.clear_folder();
  other.set_bundle_id("bundle");
  EXPECT_FALSE(SamePlan(plan, other));
}

TEST(PlanHistoryTest, ACommitOfAnyRunCounts) {
  const PlanHistory history =
      Of({RunOf("1", {SampleIntent(kA), SampleCommit(kA)}),
          RunOf("2", {SampleIntent(kB)})});
  EXPECT_TRUE(history.Committed(kA, "boot"));
  EXPECT_FALSE(history.Committed(kB, "boot"));
  ASSERT_NE(history.last_run(), nullptr);
  EXPECT_EQ(history.last_run()->id(), "2");
}

TEST(PlanHistoryTest, RedoTakesBackEarlierCommitsAndNoLaterOne) {
  const std::vector<JournalRecord> done = {SampleIntent(kA), SampleCommit(kA)};
  const JournalRecord redo = SampleFail(kA, JournalRecord::Fail::REDO);
  EXPECT_FALSE(
      Of({RunOf("1", done), RunOf("2", {redo})}).Committed(kA, "boot"));
  EXPECT_TRUE(Of({RunOf("1", {redo}), RunOf("2", done)}).Committed(kA, "boot"));
  EXPECT_TRUE(Of({RunOf("1", done),
                  RunOf("2", {redo, SampleIntent(kA), SampleCommit(kA)})})
                  .Committed(kA, "boot"));
}

TEST(PlanHistoryTest, OrphansAreStepsThatThePlanHasNoMore) {
  const PlanHistory history =
      Of({RunOf("1", {SampleIntent(kA), SampleCommit(kA), SampleIntent(kB),
                      SampleCommit(kB)})});
  EXPECT_THAT(history.Orphans({"one", "two"}), IsEmpty());
  EXPECT_THAT(history.Orphans({"two", "three"}), ElementsAre("one"));
}

// ---- carry.pb ----

TEST(CarryOverTest, KeepsWhatMustNotBeRepeatedAndNothingElse) {
  Carry carry;
  CarryOver(
      RunOf("1",
            {OfClass(SampleId("s", "convergent"), Action::CONVERGENT),
             SampleCommit(SampleId("s", "convergent")),
             OfClass(SampleId("s", "once"), Action::RUN_ONCE),
             SampleCommit(SampleId("s", "once")),
             OfClass(SampleId("s", "unsafe"), Action::UNSAFE_TO_REPEAT),
             SampleCommit(SampleId("s", "unsafe")),
             OfClass(SampleId("s", "failed"), Action::RUN_ONCE),
             SampleFail(SampleId("s", "failed"), JournalRecord::Fail::ERROR),
             // Assumed done: its class is not on record.
             SampleCommit(SampleId("s", "assumed"))}),
      &carry);
  const PlanHistory history = Of({}, carry);
  EXPECT_FALSE(history.Committed(SampleId("s", "convergent"), "boot"));
  EXPECT_TRUE(history.Committed(SampleId("s", "once"), "boot"));
  EXPECT_TRUE(history.Committed(SampleId("s", "unsafe"), "boot"));
  EXPECT_FALSE(history.Committed(SampleId("s", "failed"), "boot"));
  EXPECT_TRUE(history.Committed(SampleId("s", "assumed"), "boot"));
  EXPECT_FALSE(history.Committed(SampleId("s", "once", 1), "boot"));
}

TEST(CarryOverTest, OfAConvergentRunNothingIsKept) {
  Carry carry;
  CarryOver(RunOf("1", {SampleIntent(kA), SampleCommit(kA), SampleDone()}),
            &carry);
  EXPECT_THAT(carry, EqualsProto(""));
}

TEST(CarryOverTest, TwiceIsOnce) {
  const RunHistory run =
      RunOf("1", {OfClass(kA, Action::RUN_ONCE), SampleCommit(kA)});
  Carry carry;
  CarryOver(run, &carry);
  const Carry once = carry;
  CarryOver(run, &carry);
  EXPECT_THAT(carry, EqualsProto(once));
  ASSERT_THAT(carry.plan(), SizeIs(1));
  EXPECT_THAT(carry.plan(0).commit(), SizeIs(1));
}

TEST(CarryOverTest, WhatWasUndoneSinceGoes) {
  JournalRecord undone;
  *undone.mutable_undo_commit()->mutable_id() = kA;
  Carry carry;
  CarryOver(RunOf("1", {OfClass(kA, Action::RUN_ONCE), SampleCommit(kA)}),
            &carry);
  CarryOver(RunOf("2", {OfClass(kB, Action::RUN_ONCE), SampleCommit(kB)}),
            &carry);
  CarryOver(
      RunOf("1", {OfClass(kA, Action::RUN_ONCE), SampleCommit(kA), undone}),
      &carry);
  EXPECT_FALSE(Of({}, carry).Committed(kA, "boot"));
  EXPECT_TRUE(Of({}, carry).Committed(kB, "boot"));
}

TEST(CarryOverTest, RedoTakesBackWhatAnEarlierRunLeft) {
  Carry carry;
  CarryOver(
      RunOf("1", {OfClass(kA, Action::UNSAFE_TO_REPEAT), SampleCommit(kA)}),
      &carry);
  const RunHistory redo =
      RunOf("2", {SampleFail(kA, JournalRecord::Fail::REDO)});
  EXPECT_FALSE(Of({redo}, carry).Committed(kA, "boot"));
  CarryOver(redo, &carry);
  EXPECT_FALSE(Of({}, carry).Committed(kA, "boot"));
}

TEST(CarryOverTest, AVolatileCommitCountsInItsBootOnly) {
  JournalRecord mount = OfClass(kA, Action::RUN_ONCE);
  mount.mutable_intent()->mutable_action()->set_is_volatile(true);
  Carry carry;
  CarryOver(RunOf("1", {mount, SampleCommit(kA)}), &carry);
  EXPECT_TRUE(Of({}, carry).Committed(kA, "boot"));
  EXPECT_FALSE(Of({}, carry).Committed(kA, "next boot"));
}

TEST(CarryOverTest, PlansDoNotMix) {
  Carry carry;
  CarryOver(RunOf("1", {OfClass(kA, Action::RUN_ONCE), SampleCommit(kA)}),
            &carry);
  PlanIdentity other = Plan();
  other.set_folder("/elsewhere");
  EXPECT_FALSE(PlanHistory(other, carry, {}).Committed(kA, "boot"));
}

TEST(CarryOverTest, TheNewestDigestOfAFollowUpCounts) {
  auto run = [](absl::string_view id, absl::string_view digest) {
    JournalRecord intent = SampleIntent(kA);
    intent.mutable_intent()->mutable_follow_up()->set_name("restart");
    intent.mutable_intent()->mutable_follow_up()->set_digest(
        std::string(digest));
    return RunOf(id, {intent, SampleCommit(kA)});
  };
  Carry carry;
  EXPECT_EQ(Of({}, carry).FollowUp("restart"), absl::nullopt);
  CarryOver(run("1", "d1"), &carry);
  EXPECT_EQ(Of({}, carry).FollowUp("restart"), "d1");
  EXPECT_EQ(Of({run("2", "d2"), run("3", "d3")}, carry).FollowUp("restart"),
            "d3");
  CarryOver(run("2", "d2"), &carry);
  EXPECT_EQ(Of({}, carry).FollowUp("restart"), "d2");
  EXPECT_EQ(Of({}, carry).FollowUp("another"), absl::nullopt);
}

TEST(CarryOverTest, LostHistoryIsDoubtUntilARunIsDone) {
  Carry carry;
  LoseHistory(Plan(), &carry);
  EXPECT_TRUE(Of({}, carry).history_lost());
  EXPECT_TRUE(Of({}, carry).tail_doubt());
  CarryOver(RunOf("1", {SampleIntent(kA)}), &carry);
  EXPECT_TRUE(Of({}, carry).history_lost());
  CarryOver(RunOf("2", {SampleDone()}), &carry);
  EXPECT_FALSE(Of({}, carry).history_lost());
  EXPECT_FALSE(Of({}, carry).tail_doubt());
}

}  // namespace
}  // namespace provision
