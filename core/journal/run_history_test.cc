#include "core/journal/run_history.h"

#include <string>
#include <vector>

#include "core/journal/sample_journal.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

const ActionId kA = SampleId("one", "aa");
const ActionId kB = SampleId("one", "bb");
const ActionId kC = SampleId("two", "cc");

JournalRecord Undone(const ActionId& id) {
  JournalRecord record;
  *record.mutable_undo_commit()->mutable_id() = id;
  return record;
}

JournalRecord UndoIntent(const ActionId& id) {
  JournalRecord record;
  *record.mutable_undo_intent()->mutable_id() = id;
  return record;
}

JournalRecord UndoBegin(const std::vector<ActionId>& ids, bool whole_run) {
  JournalRecord record;
  for (const ActionId& id : ids) *record.mutable_undo_begin()->add_undo() = id;
  record.mutable_undo_begin()->set_whole_run(whole_run);
  return record;
}

JournalRecord UndoEnd() {
  JournalRecord record;
  record.mutable_undo_end()->set_outcome(JournalRecord::UndoEnd::UNDONE);
  return record;
}

JournalRecord Resume(absl::string_view boot_id,
                     JournalRecord::Tail tail = JournalRecord::CLEAN) {
  JournalRecord record;
  record.mutable_resume()->set_boot_id(std::string(boot_id));
  record.mutable_resume()->set_tail(tail);
  return record;
}

JournalRecord Interrupted() {
  JournalRecord record;
  record.mutable_interrupted()->set_signal(15);
  return record;
}

// Of a plan with 3 actions in its one rung, and none outside.
JournalRecord Proposed(absl::string_view step) {
  JournalRecord record;
  record.mutable_proposed()->set_step(std::string(step));
  record.mutable_proposed()->set_rung("EXACT");
  Rung* rung = record.mutable_proposed()->mutable_proposal()->add_rung();
  rung->set_name("EXACT");
  for (int i = 0; i < 3; ++i) rung->add_action();
  return record;
}

RunHistory History(std::vector<JournalRecord> records) {
  JournalContents contents;
  contents.verdict = JournalVerdict::kClean;
  contents.records = std::move(records);
  contents.records.insert(contents.records.begin(), SampleBegin("run-1"));
  return RunHistory(std::move(contents));
}

std::vector<std::string> Open(const RunHistory& history) {
  std::vector<std::string> digests;
  for (const auto& intent : history.open_intents()) {
    digests.push_back(intent.id().digest());
  }
  return digests;
}

std::vector<std::string> Committed(const RunHistory& history) {
  std::vector<std::string> digests;
  for (const CommittedAction& action : history.committed()) {
    digests.push_back(action.commit.id().digest());
  }
  return digests;
}

TEST(RunHistoryTest, WhatTheRecordsOfAnActionMean) {
  using F = JournalRecord::Fail;
  struct Case {
    const char* name;
    std::vector<JournalRecord> records;
    std::vector<std::string> open;
    std::vector<std::string> committed;
  };
  const Case kCases[] = {
      {"begun", {SampleIntent(kA)}, {"aa"}, {}},
      {"committed", {SampleIntent(kA), SampleCommit(kA)}, {}, {"aa"}},
      {"failed", {SampleIntent(kA), SampleFail(kA, F::ERROR)}, {}, {}},
      {"dropped", {SampleIntent(kA), SampleFail(kA, F::NOT_DONE)}, {}, {}},
      {"begun again after a failure",
       {SampleIntent(kA), SampleFail(kA, F::TRANSIENT), SampleIntent(kA)},
       {"aa"},
       {}},
      {"begun again after a commit",
       {SampleIntent(kA), SampleCommit(kA), SampleIntent(kA)},
       {"aa"},
       {"aa"}},
      {"open ones come newest first",
       {SampleIntent(kA), SampleIntent(kC), SampleIntent(kB), SampleCommit(kC)},
       {"bb", "aa"},
       {"cc"}},
      {"commits come in their order",
       {SampleIntent(kA), SampleIntent(kB), SampleCommit(kB), SampleCommit(kA)},
       {},
       {"bb", "aa"}},
      {"undo begun",
       {SampleIntent(kA), SampleCommit(kA), UndoIntent(kA)},
       {},
       {"aa"}},
      {"undone",
       {SampleIntent(kA), SampleCommit(kA), UndoIntent(kA), Undone(kA)},
       {},
       {}},
      {"undone by recovery",
       {SampleIntent(kA), UndoIntent(kA), Undone(kA)},
       {},
       {}},
      {"undone once of two commits",
       {SampleIntent(kA), SampleCommit(kA), SampleIntent(kA), SampleCommit(kA),
        Undone(kA)},
       {},
       {"aa"}},
      {"to be redone",
       {SampleIntent(kA), SampleCommit(kA), SampleFail(kA, F::REDO)},
       {},
       {}},
      {"an open one to be redone",
       {SampleIntent(kA), SampleFail(kA, F::REDO)},
       {},
       {}},
      {"assumed without an intent", {SampleCommit(kA)}, {}, {"aa"}},
  };
  for (const Case& c : kCases) {
    const RunHistory history = History(c.records);
    EXPECT_EQ(Open(history), c.open) << c.name;
    EXPECT_EQ(Committed(history), c.committed) << c.name;
  }
}

TEST(RunHistoryTest, EqualActionsOfOneStepAreToldApart) {
  const RunHistory history = History({SampleIntent(SampleId("one", "aa", 0)),
                                      SampleCommit(SampleId("one", "aa", 0)),
                                      SampleIntent(SampleId("one", "aa", 1))});
  EXPECT_THAT(Open(history), SizeIs(1));
  EXPECT_NE(history.FindCommitted(SampleId("one", "aa", 0), ""), nullptr);
  EXPECT_EQ(history.FindCommitted(SampleId("one", "aa", 1), ""), nullptr);
  EXPECT_EQ(history.FindCommitted(SampleId("two", "aa", 0), ""), nullptr);
}

TEST(RunHistoryTest, AfterARebootAVolatileCommitCountsAsNone) {
  JournalRecord mount = SampleIntent(kA);
  mount.mutable_intent()->mutable_action()->set_is_volatile(true);
  const RunHistory history =
      History({mount, SampleCommit(kA), SampleIntent(kB), SampleCommit(kB)});
  EXPECT_EQ(history.boot_id(), "boot");
  EXPECT_NE(history.FindCommitted(kA, "boot"), nullptr);
  EXPECT_EQ(history.FindCommitted(kA, "next boot"), nullptr);
  EXPECT_NE(history.FindCommitted(kB, "next boot"), nullptr);

  const RunHistory resumed =
      History({Resume("next boot"), mount, SampleCommit(kA)});
  EXPECT_EQ(resumed.boot_id(), "next boot");
  EXPECT_EQ(resumed.FindCommitted(kA, "boot"), nullptr);
  EXPECT_NE(resumed.FindCommitted(kA, "next boot"), nullptr);
}

TEST(RunHistoryTest, AStepIsDoneUntilItsNextIntentOrUndo) {
  const std::vector<JournalRecord> done = {SampleIntent(kA), SampleCommit(kA),
                                           SampleStepDone("one")};
  EXPECT_THAT(History(done).steps_done(), ElementsAre(Key("one")));
  for (const JournalRecord& record : {SampleIntent(kB), Undone(kA)}) {
    std::vector<JournalRecord> more = done;
    more.push_back(record);
    EXPECT_THAT(History(more).steps_done(), IsEmpty());
  }
}

TEST(RunHistoryTest, FailuresAreThoseOfTheLastInvocation) {
  using F = JournalRecord::Fail;
  EXPECT_THAT(History({SampleIntent(kA), SampleFail(kA, F::ERROR)}).failed(),
              ElementsAre(Key("one")));
  EXPECT_THAT(History({SampleIntent(kA), SampleFail(kA, F::ERROR),
                       SampleIntent(kA), SampleCommit(kA)})
                  .failed(),
              IsEmpty());
  EXPECT_THAT(
      History({SampleIntent(kA), SampleFail(kA, F::ERROR), Resume("boot")})
          .failed(),
      IsEmpty());
  EXPECT_THAT(History({SampleIntent(kA), SampleFail(kA, F::NOT_DONE)}).failed(),
              IsEmpty());
}

TEST(RunHistoryTest, ARollbackKnowsWhatIsLeft) {
  const std::vector<JournalRecord> run = {SampleIntent(kA), SampleCommit(kA),
                                          SampleIntent(kB), SampleCommit(kB),
                                          SampleIntent(kC), SampleCommit(kC)};
  auto left = [&](std::vector<JournalRecord> more) {
    std::vector<JournalRecord> records = run;
    records.insert(records.end(), more.begin(), more.end());
    const RunHistory history = History(records);
    std::vector<std::string> digests;
    EXPECT_TRUE(history.rollback().has_value());
    for (const CommittedAction& action : history.rollback()->left) {
      digests.push_back(action.commit.id().digest());
    }
    return digests;
  };
  // In reverse order of the commits, whatever the order in the record.
  EXPECT_THAT(left({UndoBegin({kA, kB, kC}, true)}),
              ElementsAre("cc", "bb", "aa"));
  EXPECT_THAT(left({UndoBegin({kC, kB, kA}, true), UndoIntent(kC), Undone(kC),
                    UndoIntent(kB)}),
              ElementsAre("bb", "aa"));
  EXPECT_THAT(left({UndoBegin({kB, kA}, false), Undone(kB)}),
              ElementsAre("aa"));
  EXPECT_THAT(left({UndoBegin({kA}, true), Undone(kA)}), IsEmpty());
}

TEST(RunHistoryTest, AnActionThatWasCommittedTwiceIsUndoneAsOftenAsNamed) {
  const RunHistory history =
      History({SampleIntent(kA), SampleCommit(kA), SampleIntent(kA),
               SampleCommit(kA), UndoBegin({kA}, false), Undone(kA)});
  ASSERT_TRUE(history.rollback().has_value());
  EXPECT_THAT(history.rollback()->left, IsEmpty());
  EXPECT_THAT(Committed(history), ElementsAre("aa"));
}

TEST(RunHistoryTest, OnlyTheRollbackOfTheWholeRunEndsIt) {
  const std::vector<JournalRecord> run = {SampleIntent(kA), SampleCommit(kA)};
  auto with = [&](std::vector<JournalRecord> more) {
    std::vector<JournalRecord> records = run;
    records.insert(records.end(), more.begin(), more.end());
    return History(records);
  };
  EXPECT_TRUE(with({UndoBegin({kA}, true), Undone(kA), UndoEnd()}).undo_end());
  EXPECT_FALSE(
      with({UndoBegin({kA}, false), Undone(kA), UndoEnd()}).undo_end());
  EXPECT_FALSE(
      with({UndoBegin({kA}, false), Undone(kA), UndoEnd()}).rollback());
  EXPECT_FALSE(
      with({UndoBegin({kA}, true), Undone(kA), UndoEnd(), SampleIntent(kB)})
          .undo_end());
}

TEST(RunHistoryTest, DoubtAboutATailStays) {
  EXPECT_FALSE(
      History({Resume("boot", JournalRecord::SHORT_TAIL)}).tail_doubt());
  EXPECT_TRUE(History({Resume("boot", JournalRecord::BAD_TAIL),
                       SampleIntent(kA), SampleCommit(kA), Resume("boot")})
                  .tail_doubt());
  JournalContents contents;
  contents.records = {SampleBegin("run-1")};
  contents.tail_doubt = true;
  EXPECT_TRUE(RunHistory(contents).tail_doubt());
}

TEST(RunHistoryTest, FollowUpsKeepTheDigestOfTheirLastCommit) {
  auto follow_up = [](absl::string_view digest) {
    JournalRecord record = SampleIntent(kA);
    record.mutable_intent()->mutable_follow_up()->set_name("restart");
    record.mutable_intent()->mutable_follow_up()->set_digest(
        std::string(digest));
    return record;
  };
  EXPECT_THAT(History({follow_up("d1"), SampleCommit(kA), follow_up("d2"),
                       SampleCommit(kA)})
                  .follow_ups(),
              ElementsAre(Pair("restart", "d2")));
  EXPECT_THAT(History({follow_up("d1"), SampleCommit(kA), follow_up("d2")})
                  .follow_ups(),
              ElementsAre(Pair("restart", "d1")));
}

TEST(RunHistoryTest, StepsAreAllThatWereSpokenOf) {
  JournalRecord skip;
  skip.mutable_skip()->set_step("three");
  EXPECT_THAT(
      History({SampleIntent(kA), SampleCommit(kA), SampleStepDone("two"), skip})
          .steps(),
      UnorderedElementsAre("one", "two", "three"));
}

TEST(RunHistoryTest, AStepIsBegunUntilTheRunIsUndone) {
  JournalRecord skip;
  skip.mutable_skip()->set_step("three");
  JournalRecord undo_begin, undo_end;
  undo_begin.mutable_undo_begin()->set_whole_run(true);
  undo_end.mutable_undo_end()->set_outcome(JournalRecord::UndoEnd::UNDONE);
  std::vector<JournalRecord> records = {
      SampleIntent(kA), SampleFail(kA, JournalRecord::Fail::NOT_DONE), skip};
  EXPECT_THAT(History(records).begun(), ElementsAre("one"));
  records.insert(records.end(), {undo_begin, Undone(kA), undo_end});
  EXPECT_THAT(History(records).begun(), IsEmpty());
}

TEST(RunHistoryTest, SaysWhereItStood) {
  using F = JournalRecord::Fail;
  struct Case {
    std::vector<JournalRecord> records;
    const char* where;
  };
  const Case kCases[] = {
      {{}, "killed before the first action"},
      {{Proposed("one"), SampleIntent(kA), SampleCommit(kA), SampleIntent(kB)},
       "killed in step one, 1 of 3 actions committed"},
      {{SampleIntent(kA), SampleCommit(kA)},
       "killed in step one, 1 action committed"},
      {{Proposed("one"), SampleIntent(kA), SampleCommit(kA), Resume("boot"),
        Proposed("one"), SampleIntent(kB)},
       "killed in step one, 0 of 3 actions committed"},
      {{SampleIntent(kA)}, "killed in step one, 0 actions committed"},
      {{Proposed("one"), SampleIntent(kA), SampleFail(kA, F::ERROR),
        SampleIntent(kC), SampleCommit(kC)},
       "failed in step one, 0 of 3 actions committed"},
      {{SampleIntent(kA), SampleCommit(kA), Interrupted()},
       "interrupted in step one, 1 action committed"},
      {{SampleIntent(kA), SampleCommit(kA), Interrupted(), Resume("boot")},
       "killed in step one, 1 action committed"},
      {{SampleIntent(kA), SampleCommit(kA), SampleIntent(kB), SampleCommit(kB),
        UndoBegin({kB, kA}, true), Undone(kB)},
       "killed while rolling back, 1 of 2 actions left"},
      {{SampleIntent(kA), SampleCommit(kA), SampleDone()}, ""},
  };
  for (const Case& c : kCases) EXPECT_EQ(History(c.records).Where(), c.where);
}

}  // namespace
}  // namespace provision
