// T6 on the journals that the real program wrote: each bit flipped, each
// length.

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "core/base/byte_source.h"
#include "core/journal/journal_reader.h"
#include "core/testing/testing.h"
#include "tools/crash/crash_fixture.h"

namespace provision {
namespace {

bool IsTail(JournalVerdict verdict) {
  return verdict == JournalVerdict::kShortTail ||
         verdict == JournalVerdict::kBadTail;
}

// Is `scan` the beginning of `whole`, frame by frame?
bool IsPrefix(const JournalScan& scan, const JournalScan& whole) {
  if (scan.frames.size() > whole.frames.size()) return false;
  for (size_t i = 0; i < scan.frames.size(); ++i) {
    if (scan.frames[i].type != whole.frames[i].type ||
        scan.frames[i].payload != whole.frames[i].payload) {
      return false;
    }
  }
  return true;
}

class DamageTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const ReferencePlan plan = RunfilePlan(GetParam());
    Workspace workspace = NewWorkspace();
    ASSERT_OK(workspace.Prepare(plan));
    ASSERT_OK(workspace.Run({"apply", "PLAN"}));
    for (const auto& run : std::filesystem::directory_iterator(
             absl::StrCat(workspace.state(), "/runs"))) {
      std::ifstream file(run.path() / "journal", std::ios::binary);
      std::stringstream bytes;
      bytes << file.rdbuf();
      journal_ = bytes.str();
    }
    ASSERT_FALSE(journal_.empty());
    whole_ = *ScanJournal(MemoryByteSource(journal_));
    ASSERT_EQ(whole_.verdict, JournalVerdict::kClean);
  }

  std::string journal_;
  JournalScan whole_;
};

TEST_P(DamageTest, NoFlippedBitIsSilent) {
  const uint64_t last = whole_.frames.back().offset;
  int tails = 0;
  for (size_t bit = 0; bit < journal_.size() * 8; ++bit) {
    std::string flipped = journal_;
    flipped[bit / 8] ^= static_cast<char>(1 << (bit % 8));
    const JournalScan scan = *ScanJournal(MemoryByteSource(flipped));
    ASSERT_NE(scan.verdict, JournalVerdict::kClean) << bit;
    if (!IsTail(scan.verdict)) continue;
    ++tails;
    // Only what nothing follows may be cut off, and never more than that.
    ASSERT_GE(bit / 8, last) << bit;
    ASSERT_TRUE(IsPrefix(scan, whole_)) << bit;
    ASSERT_EQ(scan.frames.size() + 1, whole_.frames.size()) << bit;
  }
  RecordProperty("flips", static_cast<int>(journal_.size() * 8));
  RecordProperty("tails", tails);
}

TEST_P(DamageTest, NoLengthIsMisread) {
  for (size_t length = 0; length < journal_.size(); ++length) {
    const JournalScan scan =
        *ScanJournal(MemoryByteSource(journal_.substr(0, length)));
    ASSERT_TRUE(IsPrefix(scan, whole_)) << length;
    ASSERT_LE(scan.end.offset, length);
    if (length == 0) {
      ASSERT_EQ(scan.verdict, JournalVerdict::kNeverBegan);
    } else if (scan.frames.empty()) {
      // It is renamed into place with its BEGIN: a kill does not leave this.
      ASSERT_EQ(scan.verdict, JournalVerdict::kCorrupt) << length;
    } else if (scan.end.offset == length) {
      ASSERT_EQ(scan.verdict, JournalVerdict::kClean) << length;
    } else {
      ASSERT_EQ(scan.verdict, JournalVerdict::kShortTail) << length;
    }
  }
}

// Between them every kind of record that a run without a kill writes.
INSTANTIATE_TEST_SUITE_P(Plans, DamageTest,
                         ::testing::Values("failing_step", "ladder"),
                         [](const auto& plan) { return plan.param; });

}  // namespace
}  // namespace provision
