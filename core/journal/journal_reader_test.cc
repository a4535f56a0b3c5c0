#include "core/journal/journal_reader.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/journal/journal_writer.h"
#include "core/journal/sample_journal.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

using V = JournalVerdict;

absl::Status NoBlobs(absl::string_view, absl::string_view) {
  return absl::InternalError("no blob was expected");
}

JournalScan Scan(absl::string_view bytes) {
  MemoryByteSource source(bytes);
  absl::StatusOr<JournalScan> scan = ScanJournal(source);
  EXPECT_OK(scan);
  return *std::move(scan);
}

// Where each frame of `bytes` begins, and the end.
std::vector<size_t> Boundaries(const std::string& bytes) {
  std::vector<size_t> boundaries;
  for (const JournalFrame& frame : Scan(bytes).frames) {
    boundaries.push_back(frame.offset);
  }
  boundaries.push_back(bytes.size());
  return boundaries;
}

std::string Frame(const std::string& bytes, int i) {
  const std::vector<size_t> at = Boundaries(bytes);
  return bytes.substr(at[i], at[i + 1] - at[i]);
}

// A frame that follows a journal of `records`.
std::string NextFrame(const std::vector<JournalRecord>& records, uint16_t type,
                      absl::string_view payload) {
  JournalPosition end = Scan(EncodeJournal(records)).end;
  return EncodeFrame(type, payload, &end);
}

// ---- frames ----

TEST(ScanJournalTest, AnEmptyJournalNeverBegan) {
  EXPECT_EQ(Scan("").verdict, V::kNeverBegan);
}

TEST(ScanJournalTest, AWholeJournalIsClean) {
  const std::string bytes = EncodeJournal(SampleRun());
  JournalScan scan = Scan(bytes);
  EXPECT_EQ(scan.verdict, V::kClean);
  EXPECT_THAT(scan.frames, SizeIs(SampleRun().size()));
  EXPECT_EQ(scan.end.offset, bytes.size());
  EXPECT_EQ(scan.end.sequence, SampleRun().size());
  EXPECT_EQ(scan.dropped_bytes, 0);
}

TEST(ScanJournalTest, CutAtEveryByteItKeepsWhatIsWhole) {
  const std::string bytes = EncodeJournal(SampleRun());
  const std::vector<size_t> at = Boundaries(bytes);
  for (size_t cut = 1; cut < bytes.size(); ++cut) {
    JournalScan scan = Scan(absl::string_view(bytes).substr(0, cut));
    size_t whole = 0;
    while (at[whole + 1] <= cut) ++whole;
    EXPECT_THAT(scan.frames, SizeIs(whole)) << "cut at " << cut;
    EXPECT_EQ(scan.dropped_bytes, cut - at[whole]) << "cut at " << cut;
    V expected = V::kShortTail;
    if (at[whole] == cut) expected = V::kClean;
    if (whole == 0) expected = V::kCorrupt;
    EXPECT_EQ(scan.verdict, expected) << "cut at " << cut << scan.detail;
  }
}

TEST(ScanJournalTest, NoFlippedBitIsSilent) {
  const std::string bytes = EncodeJournal(SampleRun());
  const std::vector<size_t> at = Boundaries(bytes);
  const size_t last = at[at.size() - 2];
  int tails = 0;
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    JournalScan scan = Scan(damaged);
    size_t whole = 0;
    while (at[whole + 1] <= bit / 8) ++whole;
    EXPECT_THAT(scan.frames, SizeIs(whole)) << "bit " << bit;
    if (bit / 8 >= last) {
      EXPECT_EQ(scan.verdict, V::kBadTail) << "bit " << bit;
      ++tails;
    } else if (bit / 8 == 3) {
      EXPECT_EQ(scan.verdict, V::kOtherVersion) << "bit " << bit;
    } else {
      EXPECT_EQ(scan.verdict, V::kCorrupt) << "bit " << bit;
    }
  }
  EXPECT_EQ(tails, static_cast<int>(bytes.size() - last) * 8);
}

TEST(ScanJournalTest, DamageIsJudgedByWhatFollowsIt) {
  const std::string run = EncodeJournal(SampleRun());
  std::vector<JournalRecord> other_records = SampleRun();
  other_records[0] = SampleBegin("run-2");
  const std::string other = EncodeJournal(other_records);
  const std::vector<size_t> at = Boundaries(run);
  const std::string two = run.substr(0, at[2]);  // BEGIN and an INTENT
  std::string long_payload = EncodeJournal({SampleSkip(std::string(300, 'x'))});

  struct Case {
    const char* name;
    std::string bytes;
    V verdict;
    size_t frames;
  };
  const Case kCases[] = {
      {"record removed", run.substr(0, at[2]) + run.substr(at[3]), V::kCorrupt,
       2},
      {"first record removed", run.substr(at[1]), V::kCorrupt, 0},
      {"last record removed", run.substr(0, at[7]), V::kClean, 7},
      {"record repeated",
       run.substr(0, at[3]) + Frame(run, 2) + run.substr(at[3]), V::kCorrupt,
       3},
      {"last record repeated", run + Frame(run, 7), V::kCorrupt, 8},
      {"records swapped",
       run.substr(0, at[2]) + Frame(run, 3) + Frame(run, 2) + run.substr(at[4]),
       V::kCorrupt, 2},
      {"record of another journal in the middle",
       run.substr(0, at[2]) + Frame(other, 2) + run.substr(at[3]), V::kCorrupt,
       2},
      {"record of another journal at the end",
       run.substr(0, at[2]) + Frame(other, 2), V::kBadTail, 2},
      {"end of another journal", run.substr(0, at[2]) + other.substr(at[2]),
       V::kCorrupt, 2},
      {"two journals joined", run + other, V::kCorrupt, 8},
      {"eight zeros", two + std::string(8, '\0'), V::kBadTail, 2},
      {"zeros to the end of a block", two + std::string(4096, '\0'),
       V::kBadTail, 2},
      {"zeros, then a record", two + std::string(64, '\0') + Frame(run, 2),
       V::kCorrupt, 2},
      {"a record beyond a chunk of zeros",
       two + std::string((64 << 10) - at[2] - 32, '\0') + Frame(run, 2),
       V::kCorrupt, 2},
      {"a record off the grid", two + std::string(67, '\0') + Frame(run, 2),
       V::kBadTail, 2},
      {"text", two + "lorem ipsum dolor sit amet, consectetur", V::kBadTail, 2},
      {"half a magic", two + "PR", V::kShortTail, 2},
      {"half a wrong magic", two + "PX", V::kBadTail, 2},
      {"a header and no body", two + Frame(run, 2).substr(0, 56), V::kShortTail,
       2},
      {"a body with its last byte missing",
       two + Frame(run, 2).substr(0, Frame(run, 2).size() - 1), V::kShortTail,
       2},
      {"a long record that lost its middle",
       two +
           EncodeFrame(0x0014, std::string(300, 'y'),
                       [&] {
                         static JournalPosition end;
                         end = Scan(two).end;
                         return &end;
                       }())
               .substr(0, 64) +
           Frame(run, 2),
       V::kCorrupt, 2},
      {"only garbage", "some other file, longer than a header of a frame is",
       V::kCorrupt, 0},
      {"another major", "PRVK" + run.substr(4), V::kOtherVersion, 0},
      {"another major in the middle",
       run.substr(0, at[2]) + "PRVK" + run.substr(at[2] + 4), V::kCorrupt, 2},
  };
  for (const Case& c : kCases) {
    JournalScan scan = Scan(c.bytes);
    EXPECT_EQ(scan.verdict, c.verdict) << c.name << ": " << scan.detail;
    EXPECT_THAT(scan.frames, SizeIs(c.frames)) << c.name;
    EXPECT_EQ(scan.verdict == V::kClean, scan.detail.empty()) << c.name;
  }
}

TEST(ScanJournalTest, PaddingMustBeZero) {
  JournalPosition position;
  std::string bytes = EncodeFrame(0x0014, "abc", &position);
  bytes += EncodeFrame(0x0014, "abc", &position);
  bytes.back() = 'x';
  EXPECT_EQ(Scan(bytes).verdict, V::kBadTail);
}

TEST(ScanJournalTest, AnUnreadableSourceIsAnError) {
  class Unreadable : public ByteSource {
   public:
    uint64_t size() const override { return 100; }
    absl::Status ReadAt(uint64_t, absl::Span<char>) const override {
      return absl::UnavailableError("EIO");
    }
  };
  EXPECT_THAT(ScanJournal(Unreadable()),
              StatusIs(absl::StatusCode::kUnavailable));
}

// ---- records, on a host ----

class ReadJournalTest : public ::testing::Test {
 protected:
  ReadJournalTest() {
    system_.AddDirectory("/run", 0700);
    Open();
  }

  void Open() { folder_ = *system_.OpenDirectory("/run"); }

  void Write(absl::string_view bytes) {
    system_.AddFile("/run/journal", bytes, 0600);
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

TEST_F(ReadJournalTest, ReadsTheRecords) {
  Write(EncodeJournal(SampleRun()));
  JournalContents contents = Read();
  EXPECT_EQ(contents.verdict, V::kClean);
  EXPECT_FALSE(contents.tail_doubt);
  ASSERT_THAT(contents.records, SizeIs(SampleRun().size()));
  for (size_t i = 0; i < contents.records.size(); ++i) {
    EXPECT_THAT(contents.records[i], EqualsProto(SampleRun()[i]));
  }
  EXPECT_THAT(system_.operations(), IsEmpty());
}

TEST_F(ReadJournalTest, NoFileNeverBegan) {
  EXPECT_EQ(Read().verdict, V::kNeverBegan);
  Write("");
  EXPECT_EQ(Read().verdict, V::kNeverBegan);
}

TEST_F(ReadJournalTest, RecordsThatMakeNoSenseAreRefused) {
  const std::vector<JournalRecord> begin = {SampleBegin("run-1")};
  JournalRecord later = SampleBegin("run-1");
  later.mutable_begin()->set_major(2);
  struct Case {
    const char* name;
    std::string bytes;
    V verdict;
    const char* detail;
  };
  const Case kCases[] = {
      {"no BEGIN", EncodeJournal({SampleSkip("x")}), V::kCorrupt, "record 0"},
      {"a second BEGIN",
       EncodeJournal({SampleBegin("run-1"), SampleBegin("run-1")}), V::kCorrupt,
       "record 1"},
      {"unknown critical type",
       EncodeJournal(begin) + NextFrame(begin, 0x8017, "x"), V::kOtherVersion,
       "type 0x8017"},
      {"a known type without its critical bit",
       EncodeJournal(begin) + NextFrame(begin, 0x8014, ""), V::kOtherVersion,
       "type 0x8014"},
      {"a later major in BEGIN", EncodeJournal({later}), V::kOtherVersion,
       "major 2"},
      {"a payload that is no message",
       EncodeJournal(begin) + NextFrame(begin, 0x8006, "\xff\xff"), V::kCorrupt,
       "record 1"},
  };
  for (const Case& c : kCases) {
    Write(c.bytes);
    JournalContents contents = Read();
    EXPECT_EQ(contents.verdict, c.verdict) << c.name;
    EXPECT_THAT(contents.detail, HasSubstr(c.detail)) << c.name;
    EXPECT_THAT(
        RefuseJournal("0123456789", contents),
        HasDiagnosticId(c.verdict == V::kCorrupt ? "journal/corrupt"
                                                 : "journal/other-version"))
        << c.name;
  }
}

TEST_F(ReadJournalTest, AnUnknownRemarkIsSkipped) {
  const std::vector<JournalRecord> begin = {SampleBegin("run-1")};
  JournalPosition end = Scan(EncodeJournal(begin)).end;
  std::string bytes = EncodeJournal(begin);
  bytes += EncodeFrame(0x0099, "from a newer minor", &end);
  bytes +=
      EncodeFrame(RecordType(SampleDone()), RecordPayload(SampleDone()), &end);
  Write(bytes);
  JournalContents contents = Read();
  EXPECT_EQ(contents.verdict, V::kClean);
  EXPECT_THAT(contents.records, SizeIs(2));
  EXPECT_EQ(contents.end.sequence, 3);
}

TEST_F(ReadJournalTest, AFileThatOthersCouldHaveWrittenIsUntrusted) {
  const std::string bytes = EncodeJournal(SampleRun());
  auto expect_untrusted = [&](absl::string_view why) {
    JournalContents contents = Read();
    EXPECT_EQ(contents.verdict, V::kUntrusted) << why;
    EXPECT_THAT(contents.records, IsEmpty()) << why;
    EXPECT_THAT(contents.detail, HasSubstr(std::string(why)));
    EXPECT_THAT(RefuseJournal("0123456789", contents),
                HasDiagnosticId("journal/untrusted"));
  };
  Write(bytes);
  system_.ChangeOwner("/run/journal", 1000, 1000);
  expect_untrusted("user 1000");
  system_.RemoveTree("/run/journal");
  system_.AddFile("/run/journal", bytes, 0644);
  expect_untrusted("mode 0644");
  Write(bytes);
  system_.ChangeLinkCount("/run/journal", 2);
  expect_untrusted("2 links");
  system_.RemoveTree("/run/journal");
  system_.AddSymlink("/run/journal", "/elsewhere");
  expect_untrusted("regular");
}

TEST_F(ReadJournalTest, AGoodJournalIsNotRefused) {
  Write(EncodeJournal(SampleRun()));
  EXPECT_OK(RefuseJournal("0123456789", Read()));
}

// ---- repair ----

TEST_F(ReadJournalTest, RepairKeepsACopyAndCutsTheTail) {
  const std::string good = EncodeJournal({SampleBegin("run-1")});
  Write(good + "rubbish");
  JournalContents contents = Read();
  EXPECT_EQ(contents.verdict, V::kBadTail);
  EXPECT_TRUE(contents.tail_doubt);
  ASSERT_OK(RepairTail(*folder_, contents));
  EXPECT_EQ(system_.Content("/run/journal"), good);
  EXPECT_EQ(system_.Content("/run/journal.broken-1"), good + "rubbish");
  system_.PowerCut();
  Open();
  EXPECT_EQ(system_.Content("/run/journal"), good);
  EXPECT_EQ(system_.Content("/run/journal.broken-1"), good + "rubbish");
  // What the tail said stays unknown.
  EXPECT_EQ(Read().verdict, V::kClean);
  EXPECT_TRUE(Read().tail_doubt);
}

TEST_F(ReadJournalTest, AShortTailLeavesNoDoubt) {
  const std::string run = EncodeJournal(SampleRun());
  Write(run.substr(0, run.size() - 3));
  ASSERT_OK(RepairTail(*folder_, Read()));
  EXPECT_EQ(Read().verdict, V::kClean);
  EXPECT_FALSE(Read().tail_doubt);
}

TEST_F(ReadJournalTest, ASecondTailOfTheSameNumberHasItsOwnCopy) {
  const std::string good = EncodeJournal({SampleBegin("run-1")});
  Write(good + "rubbish");
  ASSERT_OK(RepairTail(*folder_, Read()));
  Write(good + "PRV");
  ASSERT_OK(RepairTail(*folder_, Read()));
  EXPECT_EQ(system_.Content("/run/journal.broken-1"), good + "rubbish");
  EXPECT_EQ(system_.Content("/run/journal.broken-1.2"), good + "PRV");
  EXPECT_TRUE(Read().tail_doubt);
}

TEST_F(ReadJournalTest, RepairDoesNothingToAnyOtherJournal) {
  for (const std::string& bytes :
       {EncodeJournal(SampleRun()), std::string(),
        EncodeJournal(SampleRun()) + EncodeJournal(SampleRun())}) {
    Write(bytes);
    ASSERT_OK(RepairTail(*folder_, Read()));
    EXPECT_EQ(system_.Content("/run/journal"), bytes);
    EXPECT_THAT(system_.operations(), IsEmpty());
  }
}

TEST_F(ReadJournalTest, ACrashInARepairLosesNeitherTailNorCopy) {
  const std::string good = EncodeJournal({SampleBegin("run-1")});
  const std::string torn = good + "rubbish";
  for (bool power_cut : {false, true}) {
    for (CrashMode mode : {CrashMode::kBefore, CrashMode::kDuring}) {
      int n = 1;
      for (;; ++n) {
        FakeSystem system;
        system.AddDirectory("/run", 0700);
        system.AddFile("/run/journal", torn, 0600);
        std::unique_ptr<Directory> folder = *system.OpenDirectory("/run");
        ASSERT_OK_AND_ASSIGN(JournalContents contents, ReadJournal(*folder, 0));
        system.CrashAt(n, mode);
        if (RepairTail(*folder, contents).ok() && !system.crashed()) break;
        power_cut ? system.PowerCut() : system.Restart();
        folder = *system.OpenDirectory("/run");
        // The doubt outlives the crash, and the second repair completes it.
        ASSERT_OK_AND_ASSIGN(contents, ReadJournal(*folder, 0));
        EXPECT_TRUE(contents.tail_doubt) << "crash at " << n;
        ASSERT_OK(RepairTail(*folder, contents));
        EXPECT_EQ(system.Content("/run/journal"), good) << "crash at " << n;
        EXPECT_EQ(system.Content("/run/journal.broken-1"), torn)
            << "crash at " << n;
        ASSERT_OK_AND_ASSIGN(contents, ReadJournal(*folder, 0));
        EXPECT_EQ(contents.verdict, V::kClean);
        EXPECT_TRUE(contents.tail_doubt) << "crash at " << n;
      }
      EXPECT_GT(n, 5);
    }
  }
}

// For every length of the file: read, repair, append, read again.
TEST_F(ReadJournalTest, AfterEveryCutItCanBeRepairedAndGoesOn) {
  const std::string bytes = EncodeJournal(SampleRun());
  const std::vector<size_t> at = Boundaries(bytes);
  for (size_t cut = at[1]; cut <= bytes.size(); ++cut) {
    FakeSystem system;
    system.AddDirectory("/run", 0700);
    system.AddFile("/run/journal", bytes.substr(0, cut), 0600);
    std::unique_ptr<Directory> folder = *system.OpenDirectory("/run");
    ASSERT_OK_AND_ASSIGN(JournalContents contents, ReadJournal(*folder, 0));
    ASSERT_OK(RepairTail(*folder, contents));
    ASSERT_OK_AND_ASSIGN(std::unique_ptr<JournalWriter> writer,
                         JournalWriter::Continue(*folder, contents.end,
                                                 JournalRecord::FULL, NoBlobs));
    ASSERT_OK(writer->Append(SampleIntent(SampleId("after", "cc"))));
    ASSERT_OK_AND_ASSIGN(JournalContents again, ReadJournal(*folder, 0));
    EXPECT_EQ(again.verdict, V::kClean) << "cut at " << cut;
    ASSERT_THAT(again.records, SizeIs(contents.records.size() + 1));
    EXPECT_EQ(again.records.back().intent().id().step(), "after");
  }
}

}  // namespace
}  // namespace provision
