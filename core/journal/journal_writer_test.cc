#include "core/journal/journal_writer.h"

#include <cerrno>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "core/journal/journal_reader.h"
#include "core/journal/sample_journal.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kTemporary[] = "journal.1.tmp";

absl::Status NoBlobs(absl::string_view, absl::string_view) {
  return absl::InternalError("no blob was expected");
}

// A host with the folder of a run, and the writer of its journal.
class JournalWriterTest : public ::testing::Test {
 protected:
  JournalWriterTest() {
    system_.AddDirectory("/run", 0700);
    folder_ = *system_.OpenDirectory("/run");
  }

  std::unique_ptr<JournalWriter> Create(
      JournalRecord::Durability durability = JournalRecord::FULL) {
    JournalRecord begin = SampleBegin("run-1");
    begin.mutable_begin()->set_durability(durability);
    absl::StatusOr<std::unique_ptr<JournalWriter>> writer =
        JournalWriter::Create(*folder_, kTemporary, begin.begin(), NoBlobs);
    EXPECT_OK(writer);
    system_.ClearLogs();
    return *std::move(writer);
  }

  JournalContents Read() {
    absl::StatusOr<JournalContents> contents =
        ReadJournal(*folder_, system_.identity().uid);
    EXPECT_OK(contents);
    return *std::move(contents);
  }

  FakeSystem system_;
  std::unique_ptr<Directory> folder_;
};

TEST_F(JournalWriterTest, CreateIsDurableBeforeItHasItsName) {
  ASSERT_OK(JournalWriter::Create(*folder_, kTemporary,
                                  SampleBegin("run-1").begin(), NoBlobs));
  EXPECT_THAT(
      system_.operations(),
      ElementsAre("create /run/journal.1.tmp", "append /run/journal.1.tmp",
                  "reserve /run/journal.1.tmp", "sync /run/journal.1.tmp",
                  "rename /run/journal.1.tmp to /run/journal", "sync /run"));
  system_.PowerCut();
  folder_ = *system_.OpenDirectory("/run");
  EXPECT_THAT(Read().records, ElementsAre(EqualsProto(SampleBegin("run-1"))));
}

TEST_F(JournalWriterTest, ACrashWhileCreatingLeavesNoJournalOrAWholeOne) {
  int crashes = 0;
  for (int n = 1;; ++n) {
    for (CrashMode mode : {CrashMode::kBefore, CrashMode::kDuring}) {
      FakeSystem system;
      system.AddDirectory("/run", 0700);
      std::unique_ptr<Directory> folder = *system.OpenDirectory("/run");
      system.CrashAt(n, mode);
      const bool ok =
          JournalWriter::Create(*folder, kTemporary,
                                SampleBegin("run-1").begin(), NoBlobs)
              .ok();
      if (ok && !system.crashed()) {
        EXPECT_EQ(crashes, 12);
        return;
      }
      ++crashes;
      system.PowerCut();
      folder = *system.OpenDirectory("/run");
      ASSERT_OK_AND_ASSIGN(JournalContents contents,
                           ReadJournal(*folder, system.identity().uid));
      EXPECT_TRUE(contents.verdict == JournalVerdict::kNeverBegan ||
                  contents.verdict == JournalVerdict::kClean)
          << "crash at " << n << ": " << contents.detail;
    }
  }
}

TEST_F(JournalWriterTest, WhatMustBeDurableIsWhenAppendReturns) {
  std::unique_ptr<JournalWriter> writer = Create();
  ASSERT_OK(writer->Append(SampleIntent(SampleId("files", "aa"))));
  EXPECT_THAT(system_.operations(), ElementsAre("append /run/journal.1.tmp",
                                                "sync /run/journal.1.tmp"));
  system_.PowerCut();
  folder_ = *system_.OpenDirectory("/run");
  EXPECT_THAT(Read().records, SizeIs(2));
}

TEST_F(JournalWriterTest, ARemarkIsWrittenWithoutASync) {
  std::unique_ptr<JournalWriter> writer = Create();
  ASSERT_OK(writer->Append(SampleSkip("x")));
  EXPECT_THAT(system_.operations(), ElementsAre("append /run/journal.1.tmp"));
  EXPECT_EQ(writer->sync_count(), 0);
  ASSERT_OK(writer->Append(SampleStepDone("files")));
  EXPECT_EQ(writer->sync_count(), 1);
  system_.PowerCut();
  folder_ = *system_.OpenDirectory("/run");
  EXPECT_THAT(Read().records, SizeIs(3));
}

TEST_F(JournalWriterTest, RecordsOfOneCallShareASync) {
  std::unique_ptr<JournalWriter> writer = Create();
  const std::vector<JournalRecord> records = {
      SampleIntent(SampleId("files", "aa")),
      SampleIntent(SampleId("files", "bb")),
      SampleIntent(SampleId("files", "cc"))};
  ASSERT_OK(writer->Append(records));
  EXPECT_EQ(writer->sync_count(), 1);
  EXPECT_THAT(Read().records, SizeIs(4));
  EXPECT_EQ(writer->position().sequence, 4);
}

TEST_F(JournalWriterTest, LowerDurabilitySyncsWhatItSays) {
  struct Case {
    JournalRecord::Durability durability;
    int of_commit;
    int of_done;
  };
  for (const Case& c :
       {Case{JournalRecord::FULL, 1, 2},
        Case{JournalRecord::DURABILITY_UNSPECIFIED, 1, 2},
        Case{JournalRecord::RUN, 0, 1}, Case{JournalRecord::NONE, 0, 0}}) {
    system_.RemoveTree("/run/journal");
    std::unique_ptr<JournalWriter> writer = Create(c.durability);
    ASSERT_OK(writer->Append(SampleCommit(SampleId("files", "aa"))));
    EXPECT_EQ(writer->sync_count(), c.of_commit) << c.durability;
    ASSERT_OK(writer->Append(SampleDone()));
    EXPECT_EQ(writer->sync_count(), c.of_done) << c.durability;
  }
}

TEST_F(JournalWriterTest, NothingIsWrittenAfterAFailedSync) {
  std::unique_ptr<JournalWriter> writer = Create();
  system_.AddFault({.operation = "sync /run/journal", .error_number = EIO});
  EXPECT_TRUE(
      IsNotDurable(writer->Append(SampleIntent(SampleId("files", "aa")))));
  system_.ClearLogs();
  // The fault is over, but what the kernel threw away stays lost.
  EXPECT_TRUE(IsNotDurable(writer->Append(
      SampleFail(SampleId("files", "aa"), JournalRecord::Fail::ERROR))));
  EXPECT_THAT(system_.operations(), IsEmpty());
}

TEST_F(JournalWriterTest, AHalfWrittenRecordIsTheLast) {
  std::unique_ptr<JournalWriter> writer = Create();
  system_.AddFault({.operation = "append /run/journal", .error_number = EIO});
  EXPECT_TRUE(IsNotDurable(writer->Append(SampleSkip("one"))));
  EXPECT_TRUE(IsNotDurable(writer->Append(SampleSkip("two"))));
  JournalContents contents = Read();
  EXPECT_EQ(contents.verdict, JournalVerdict::kShortTail);
  EXPECT_THAT(contents.records, SizeIs(1));
  EXPECT_EQ(writer->position().offset, contents.end.offset);
}

TEST_F(JournalWriterTest, AnIntentNeedsRoomForWhatFollowsIt) {
  std::unique_ptr<JournalWriter> writer = Create();
  system_.LimitFreeBytes(0);
  absl::Status refused;
  int intents = 0;
  for (; intents < 1000; ++intents) {
    refused = writer->Append(SampleIntent(SampleId("files", "aa")));
    if (!refused.ok()) break;
  }
  EXPECT_THAT(refused, HasDiagnosticId("run/no-space"));
  EXPECT_GT(intents, 0);  // twice the reserve was taken at the beginning
  // The reserve is for these.
  const std::string text(1000, 'x');
  for (int i = 0; i < 60; ++i) {
    ASSERT_OK(writer->Append(SampleSkip(text))) << i;
  }
  ASSERT_OK(writer->Append(
      SampleFail(SampleId("files", "aa"), JournalRecord::Fail::SPACE)));
  // And with room again it goes on.
  system_.LimitFreeBytes(1 << 20);
  ASSERT_OK(writer->Append(SampleIntent(SampleId("files", "bb"))));
  EXPECT_EQ(Read().verdict, JournalVerdict::kClean);
}

TEST_F(JournalWriterTest, ALargeRecordGoesToABlob) {
  std::map<std::string, std::string> blobs;
  ASSERT_OK_AND_ASSIGN(
      std::unique_ptr<JournalWriter> writer,
      JournalWriter::Create(
          *folder_, kTemporary, SampleBegin("run-1").begin(),
          [&](absl::string_view sha256, absl::string_view bytes) {
            blobs[std::string(sha256)] = std::string(bytes);
            return absl::OkStatus();
          }));
  JournalRecord large = SampleIntent(SampleId("files", "aa"));
  large.mutable_intent()->mutable_action()->mutable_write_file()->set_content(
      std::string(3 << 20, 'x'));
  ASSERT_OK(writer->Append(large));
  ASSERT_THAT(blobs, SizeIs(1));
  EXPECT_LT(writer->position().offset, 2000);
  system_.AddFile("/run/blob/" + blobs.begin()->first, blobs.begin()->second);
  JournalContents contents = Read();
  ASSERT_THAT(contents.records, SizeIs(2));
  EXPECT_THAT(contents.records[1], EqualsProto(large));

  system_.AddFile("/run/blob/" + blobs.begin()->first, "something else");
  EXPECT_EQ(Read().verdict, JournalVerdict::kCorrupt);
}

TEST_F(JournalWriterTest, ALargeRecordWithoutABlobFieldIsRefused) {
  std::unique_ptr<JournalWriter> writer = Create();
  EXPECT_THAT(writer->Append(SampleSkip(std::string(2 << 20, 'x'))),
              StatusIs(absl::StatusCode::kInternal, HasSubstr("\"skip\"")));
  EXPECT_THAT(system_.operations(), IsEmpty());
  EXPECT_OK(writer->Append(SampleSkip("short")));
}

TEST_F(JournalWriterTest, ContinueRefusesAnotherEnd) {
  std::unique_ptr<JournalWriter> writer = Create();
  JournalPosition end = writer->position();
  ASSERT_OK(writer->Append(SampleSkip("x")));
  EXPECT_THAT(
      JournalWriter::Continue(*folder_, end, JournalRecord::FULL, NoBlobs),
      StatusIs(absl::StatusCode::kInternal));
}

TEST_F(JournalWriterTest, ContinueGoesOnWithTheChain) {
  Create();
  JournalContents before = Read();
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<JournalWriter> writer,
                       JournalWriter::Continue(*folder_, before.end,
                                               JournalRecord::FULL, NoBlobs));
  ASSERT_OK(writer->Append(SampleIntent(SampleId("files", "aa"))));
  JournalContents after = Read();
  EXPECT_EQ(after.verdict, JournalVerdict::kClean);
  EXPECT_THAT(after.records, SizeIs(2));
}

// ---- several threads ----

// A file in memory whose first sync waits until the test lets it go.
class GatedFile : public WritableFile {
 public:
  struct Gate {
    absl::Notification entered;
    absl::Notification open;
    std::string content;
    int syncs = 0;
    bool can_reserve = true;
  };
  explicit GatedFile(Gate* gate) : gate_(*gate) {}

  absl::Status Append(absl::string_view data) override {
    gate_.content.append(data.data(), data.size());
    return absl::OkStatus();
  }
  absl::Status Sync() override {
    if (gate_.syncs++ == 0) {
      gate_.entered.Notify();
      gate_.open.WaitForNotification();
    }
    return absl::OkStatus();
  }
  absl::Status Reserve(uint64_t) override {
    return gate_.can_reserve ? absl::OkStatus()
                             : absl::UnimplementedError("no fallocate");
  }
  absl::Status Truncate(uint64_t) override {
    return absl::UnimplementedError("not needed");
  }
  absl::StatusOr<uint64_t> Size() override { return gate_.content.size(); }

 private:
  Gate& gate_;
};

TEST(JournalWriterThreadsTest, ThoseThatWaitShareOneSync) {
  constexpr int kThreads = 8;
  GatedFile::Gate gate;
  std::unique_ptr<JournalWriter> writer = JournalWriter::Over(
      std::make_unique<GatedFile>(&gate), {}, JournalRecord::FULL, NoBlobs);
  std::vector<std::thread> threads;
  std::vector<absl::Status> results(kThreads);
  auto append = [&](int i) {
    results[i] = writer->Append(SampleIntent(SampleId("step", "aa", i)));
  };
  threads.emplace_back(append, 0);
  gate.entered.WaitForNotification();
  for (int i = 1; i < kThreads; ++i) threads.emplace_back(append, i);
  while (writer->WaitingForTest() < kThreads) std::this_thread::yield();
  gate.open.Notify();
  for (std::thread& thread : threads) thread.join();

  for (const absl::Status& result : results) EXPECT_OK(result);
  EXPECT_EQ(gate.syncs, 2);
  EXPECT_EQ(writer->sync_count(), 2);
  MemoryByteSource source(gate.content);
  ASSERT_OK_AND_ASSIGN(JournalScan scan, ScanJournal(source));
  EXPECT_EQ(scan.verdict, JournalVerdict::kClean);
  EXPECT_THAT(scan.frames, SizeIs(kThreads));
}

TEST(JournalWriterThreadsTest, EachThreadsRecordsStayInOrder) {
  constexpr int kThreads = 4;
  constexpr int kRecords = 50;
  GatedFile::Gate gate;
  gate.open.Notify();
  std::unique_ptr<JournalWriter> writer = JournalWriter::Over(
      std::make_unique<GatedFile>(&gate), {}, JournalRecord::FULL, NoBlobs);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&writer, t]() {
      for (int i = 0; i < kRecords; ++i) {
        EXPECT_OK(
            writer->Append(SampleCommit(SampleId(absl::StrCat(t), "aa", i))));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  MemoryByteSource source(gate.content);
  ASSERT_OK_AND_ASSIGN(JournalScan scan, ScanJournal(source));
  EXPECT_EQ(scan.verdict, JournalVerdict::kClean);
  std::map<std::string, uint32_t> next;
  for (const JournalFrame& frame : scan.frames) {
    ASSERT_OK_AND_ASSIGN(JournalRecord record,
                         RecordFromPayload(frame.type, frame.payload));
    EXPECT_EQ(record.commit().id().ordinal(),
              next[record.commit().id().step()]++);
  }
  EXPECT_THAT(next, SizeIs(kThreads));
  EXPECT_EQ(gate.syncs, static_cast<int>(writer->sync_count()));
}

TEST(JournalWriterThreadsTest, WithoutReservingItSaysSoAndGoesOn) {
  GatedFile::Gate gate;
  gate.open.Notify();
  gate.can_reserve = false;
  std::unique_ptr<JournalWriter> writer = JournalWriter::Over(
      std::make_unique<GatedFile>(&gate), {}, JournalRecord::FULL, NoBlobs);
  EXPECT_TRUE(writer->can_reserve());
  EXPECT_OK(writer->Append(SampleIntent(SampleId("step", "aa"))));
  EXPECT_FALSE(writer->can_reserve());
}

}  // namespace
}  // namespace provision
