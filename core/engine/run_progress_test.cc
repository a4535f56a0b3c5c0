#include "core/engine/run_progress.h"

#include "core/base/diagnostic.h"
#include "core/journal/sample_journal.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

JournalRecord::Intent IntentOf(absl::string_view step,
                               absl::string_view digest) {
  return SampleIntent(SampleId(step, digest)).intent();
}

TEST(RunProgressTest, CountsWhatStandsAndWhatWasBegun) {
  RunProgress progress;
  const JournalRecord::Intent one = IntentOf("a", "11");
  const JournalRecord::Intent two = IntentOf("a", "22");
  for (const JournalRecord::Intent& intent : {one, two}) {
    progress.Begin(intent.id());
    progress.Commit(intent);
  }
  EXPECT_EQ(progress.begun(), 2);
  EXPECT_TRUE(progress.committed(one.id()));
  EXPECT_EQ(progress.committed_count("a"), 2);
  EXPECT_EQ(progress.committed_count("b"), 0);

  progress.Undo(one.id());
  EXPECT_EQ(progress.begun(), 1);
  EXPECT_EQ(progress.begun_count(), 2);
  EXPECT_EQ(progress.committed_count("a"), 1);
  EXPECT_FALSE(progress.committed(one.id()));
  EXPECT_TRUE(progress.undone(one.id()));
  EXPECT_THAT(progress.StandingOf("a"), SizeIs(1));
}

TEST(RunProgressTest, WhatIsHalfDoneStandsAfterWhatIsCommitted) {
  RunProgress progress;
  progress.LeaveHalfDone(IntentOf("a", "11"));
  progress.Commit(IntentOf("a", "22"));
  const auto standing = progress.StandingOf("a");
  ASSERT_THAT(standing, SizeIs(2));
  EXPECT_EQ(standing[0].id().digest(), "22");
  EXPECT_EQ(standing[1].id().digest(), "11");
  progress.Undo(standing[1].id());
  EXPECT_THAT(progress.StandingOf("a"), SizeIs(1));
  EXPECT_THAT(progress.StandingOf("b"), IsEmpty());
}

TEST(RunProgressTest, WhatWasFetchedIsToldOnlyWhereSomethingWas) {
  RunProgress progress;
  EXPECT_EQ(progress.fetched_bytes(), absl::nullopt);
  progress.AddFetched(0);
  EXPECT_EQ(progress.fetched_bytes(), 0u) << "out of a mirror or a bundle";
  progress.AddFetched(7);
  EXPECT_EQ(progress.fetched_bytes(), 7u);
}

TEST(RunProgressTest, AStepThatIsTakenBackWholeHasBegunNothing) {
  RunProgress progress;
  progress.Begin(SampleId("a", "failed"));
  progress.Begin(SampleId("b", "other"));
  progress.UndoStep("a");
  EXPECT_EQ(progress.begun(), 1);
}

TEST(RunProgressTest, LostDurabilityIsNeverForgotten) {
  RunProgress progress;
  progress.Notice(absl::InternalError("something else"));
  EXPECT_FALSE(progress.durability_lost());
  progress.Notice(NotDurableError(5, "fdatasync"));
  progress.Notice(absl::OkStatus());
  EXPECT_TRUE(progress.durability_lost());
}

}  // namespace
}  // namespace provision
