#include "core/journal/run_directory.h"

#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "core/journal/sample_journal.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kState[] = "/state";
constexpr char kRun[] = "/state/runs/run-1";

const ActionId kA = SampleId("one", "aa");

std::unique_ptr<StateDirectory> OpenState(FakeSystem& system) {
  return *StateDirectory::Open(system, kState);
}

std::unique_ptr<RunDirectory> NewRun(StateDirectory& state) {
  return RunDirectory::New(state, SampleBegin("run-1").begin(), "the plan");
}

absl::StatusOr<JournalContents> ReadRun(FakeSystem& system) {
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> folder,
                             system.OpenDirectory(kRun));
  return ReadJournal(*folder, 0);
}

TEST(RunDirectoryTest, ARunWithNothingToDoLeavesNothing) {
  FakeSystem system;
  std::unique_ptr<StateDirectory> state = OpenState(system);
  system.ClearLogs();
  std::unique_ptr<RunDirectory> run = NewRun(*state);
  ASSERT_OK(run->Append(SampleSkip("already so")));
  EXPECT_FALSE(run->begun());
  EXPECT_THAT(system.operations(), IsEmpty());
  EXPECT_THAT(run->Folder(), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(run->position().sequence, 0);
}

TEST(RunDirectoryTest, TheFirstIntentBringsItToDiskDurably) {
  FakeSystem system;
  std::unique_ptr<StateDirectory> state = OpenState(system);
  std::unique_ptr<RunDirectory> run = NewRun(*state);
  ASSERT_OK(run->Append(SampleSkip("first")));
  ASSERT_OK(run->Append(SampleIntent(kA)));
  EXPECT_TRUE(run->begun());
  system.PowerCut();
  ASSERT_OK_AND_ASSIGN(JournalContents contents, ReadRun(system));
  EXPECT_EQ(contents.verdict, JournalVerdict::kClean);
  EXPECT_THAT(contents.records, ElementsAre(EqualsProto(SampleBegin("run-1")),
                                            EqualsProto(SampleSkip("first")),
                                            EqualsProto(SampleIntent(kA))));
  EXPECT_EQ(system.Content("/state/runs/run-1/plan.pb"), "the plan");
  EXPECT_EQ(system.Content("/state/current"), "run-1");
  for (const auto& [path, what] : system.Snapshot(kState)) {
    EXPECT_TRUE(absl::StartsWith(what, "file 0600") ||
                absl::StartsWith(what, "directory 0700"))
        << path << ": " << what;
  }
}

TEST(RunDirectoryTest, TheFirstPreimageBringsItToDiskToo) {
  FakeSystem system;
  std::unique_ptr<StateDirectory> state = OpenState(system);
  std::unique_ptr<RunDirectory> run = NewRun(*state);
  ASSERT_OK_AND_ASSIGN(Directory * undo, run->Undo());
  EXPECT_EQ(undo->path(), "/state/runs/run-1/undo");
  EXPECT_THAT(run->Undo(), IsOkAndHolds(undo));
  system.PowerCut();
  EXPECT_EQ(system.Snapshot(kRun)["/state/runs/run-1/undo"],
            "directory 0700 0:0");
  EXPECT_THAT(ReadRun(system)->records, SizeIs(1));
}

TEST(RunDirectoryTest, ACrashWhileItBeginsLeavesNoRunOrAWholeOne) {
  for (bool power_cut : {false, true}) {
    int n = 1;
    for (;; ++n) {
      FakeSystem system;
      std::unique_ptr<StateDirectory> state = OpenState(system);
      std::unique_ptr<RunDirectory> run = NewRun(*state);
      system.CrashAt(n, CrashMode::kDuring);
      if (run->Append(SampleIntent(kA)).ok() && !system.crashed()) break;
      power_cut ? system.PowerCut() : system.Restart();
      absl::StatusOr<JournalContents> contents = ReadRun(system);
      if (absl::IsNotFound(contents.status())) continue;
      ASSERT_OK(contents);
      if (contents->verdict == JournalVerdict::kNeverBegan) continue;
      EXPECT_OK(RefuseJournal("run-1", *contents)) << "crash at " << n;
      EXPECT_THAT(contents->records, Not(IsEmpty())) << "crash at " << n;
    }
    EXPECT_GT(n, 15);
  }
}

TEST(RunDirectoryTest, ContinuingSaysWhatItFound) {
  FakeSystem system;
  {
    std::unique_ptr<StateDirectory> state = OpenState(system);
    ASSERT_OK(NewRun(*state)->Append(SampleIntent(kA)));
  }
  const std::string good = *system.Content("/state/runs/run-1/journal");
  system.AddFile("/state/runs/run-1/journal", good + "rubbish", 0600);
  std::unique_ptr<StateDirectory> state = OpenState(system);
  ASSERT_OK_AND_ASSIGN(JournalContents contents, ReadRun(system));
  JournalRecord::Resume resume;
  resume.set_boot_id("next boot");
  ASSERT_OK_AND_ASSIGN(
      std::unique_ptr<RunDirectory> run,
      RunDirectory::Continue(*state, "run-1", contents, resume));
  EXPECT_TRUE(run->begun());
  // RESUME waits for a record that needs it.
  EXPECT_EQ(system.Content("/state/runs/run-1/journal"), good);
  ASSERT_OK(run->Append(SampleCommit(kA)));
  ASSERT_OK_AND_ASSIGN(contents, ReadRun(system));
  ASSERT_THAT(contents.records, SizeIs(4));
  EXPECT_THAT(contents.records[2], EqualsProto(R"pb(
                resume { boot_id: "next boot" tail: BAD_TAIL bytes_cut: 7 }
              )pb"));
  EXPECT_THAT(contents.records[3], EqualsProto(SampleCommit(kA)));
}

TEST(RunDirectoryTest, ADamagedJournalIsNotContinued) {
  FakeSystem system;
  std::unique_ptr<StateDirectory> state = OpenState(system);
  JournalContents contents;
  contents.verdict = JournalVerdict::kCorrupt;
  EXPECT_THAT(RunDirectory::Continue(*state, "run-1", contents, {}),
              HasDiagnosticId("journal/corrupt"));
  contents.verdict = JournalVerdict::kNeverBegan;
  EXPECT_THAT(RunDirectory::Continue(*state, "run-1", contents, {}),
              StatusIs(absl::StatusCode::kInternal));
}

TEST(RunDirectoryTest, ALargeIntentIsDurableInItsBlob) {
  FakeSystem system;
  std::unique_ptr<StateDirectory> state = OpenState(system);
  std::unique_ptr<RunDirectory> run = NewRun(*state);
  JournalRecord large = SampleIntent(kA);
  large.mutable_intent()->mutable_action()->mutable_write_file()->set_content(
      std::string(2 << 20, 'x'));
  ASSERT_OK(run->Append(SampleSkip("the first")));
  ASSERT_OK(run->Append(large));
  system.PowerCut();
  ASSERT_OK_AND_ASSIGN(JournalContents contents, ReadRun(system));
  ASSERT_THAT(contents.records, SizeIs(3));
  EXPECT_THAT(contents.records[2], EqualsProto(large));
}

TEST(RunDirectoryTest, AFailedBeginIsToldAndLeavesNoRecord) {
  FakeSystem system;
  std::unique_ptr<StateDirectory> state = OpenState(system);
  std::unique_ptr<RunDirectory> run = NewRun(*state);
  system.AddFault({.operation = "sync /state/runs", .error_number = 5});
  EXPECT_TRUE(IsNotDurable(run->Append(SampleIntent(kA))));
  EXPECT_FALSE(run->begun());
}

TEST(RunDirectoryTest, AfterAFullDiskItBeginsAnew) {
  FakeSystem system;
  std::unique_ptr<StateDirectory> state = OpenState(system);
  std::unique_ptr<RunDirectory> run = NewRun(*state);
  // Twice: it asks for less when it gets none.
  system.AddFault(
      {.operation = "reserve ", .error_number = ENOSPC, .times = 2});
  EXPECT_THAT(run->Append(SampleIntent(kA)),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_OK(run->Append(SampleIntent(kA)));
  EXPECT_TRUE(run->begun());
}

}  // namespace
}  // namespace provision
