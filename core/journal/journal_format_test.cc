#include "core/journal/journal_format.h"

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

// Both frames of reliability.md 4.1, typed from there.
std::string TestVector() {
  return absl::HexStringToBytes(
      absl::StrReplaceAll("50 52 56 4a 03 00 00 00 00 00 00 00 00 00 00 00 "
                          "14 00 00 00 9d 78 4d 5b 59 18 45 5c 69 93 01 b6 "
                          "d8 0a 30 87 76 c4 ce c8 86 08 e5 0f 06 68 99 64 "
                          "62 a7 15 8f ed e5 4d 07 61 62 63 00 00 00 00 00 "
                          "50 52 56 4a 00 00 00 00 01 00 00 00 00 00 00 00 "
                          "13 80 00 00 d7 03 e3 eb 54 2f b2 fb 62 5c a9 42 "
                          "35 de ed f6 a1 d0 95 e1 33 c4 42 c5 23 30 88 11 "
                          "f0 7b 17 16 69 68 c5 ff",
                          {{" ", ""}}));
}

TEST(JournalFormatTest, EncodesTheTestVector) {
  JournalPosition position;
  std::string bytes = EncodeFrame(0x0014, "abc", &position);
  bytes += EncodeFrame(0x8013, "", &position);
  EXPECT_EQ(absl::BytesToHexString(bytes),
            absl::BytesToHexString(TestVector()));
  EXPECT_EQ(position.sequence, 2);
  EXPECT_EQ(position.offset, 120);
}

TEST(JournalFormatTest, DecodesTheTestVector) {
  const std::string bytes = TestVector();
  JournalPosition position;
  absl::optional<JournalHeader> first = DecodeHeader(bytes);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->length, 3);
  EXPECT_EQ(first->sequence, 0);
  EXPECT_EQ(first->type, 0x0014);
  EXPECT_EQ(first->minor, 0);
  EXPECT_EQ(first->frame_size(), 64);
  EXPECT_TRUE(FrameFollows(bytes.substr(0, 64), *first, position));

  position.chain = first->chain;
  position.sequence = 1;
  absl::optional<JournalHeader> second = DecodeHeader(bytes.substr(64));
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->length, 0);
  EXPECT_EQ(second->sequence, 1);
  EXPECT_EQ(second->type, 0x8013);
  EXPECT_TRUE(FrameFollows(bytes.substr(64), *second, position));
}

TEST(JournalFormatTest, NoFlippedBitOfAFrameIsAccepted) {
  const std::string bytes = TestVector().substr(0, 64);
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    absl::optional<JournalHeader> header = DecodeHeader(damaged);
    EXPECT_FALSE(header.has_value() && header->frame_size() == 64 &&
                 FrameFollows(damaged, *header, JournalPosition()))
        << "bit " << bit;
    // The first 24 bytes have a check of their own.
    if (bit / 8 < 24) {
      EXPECT_FALSE(header.has_value()) << "bit " << bit;
    }
  }
}

TEST(JournalFormatTest, AFrameFollowsOnlyItsPredecessor) {
  JournalPosition position;
  EncodeFrame(0x0014, "one", &position);
  const JournalPosition after_one = position;
  std::string two = EncodeFrame(0x0014, "two", &position);
  absl::optional<JournalHeader> header = DecodeHeader(two);
  ASSERT_TRUE(header.has_value());
  EXPECT_TRUE(FrameFollows(two, *header, after_one));
  EXPECT_FALSE(FrameFollows(two, *header, JournalPosition()));
  EXPECT_FALSE(FrameFollows(two, *header, position));
}

TEST(JournalFormatTest, ALengthOverTheLimitIsNoHeader) {
  JournalPosition position;
  std::string largest =
      EncodeFrame(0x0014, std::string(kMaxJournalPayload, 'x'), &position);
  EXPECT_TRUE(DecodeHeader(largest).has_value());
  // With a right CRC: what a careless writer would leave.
  std::string over =
      EncodeFrame(0x0014, std::string(kMaxJournalPayload + 1, 'x'), &position);
  EXPECT_FALSE(DecodeHeader(over).has_value());
}

TEST(JournalFormatTest, FramesArePaddedToEight) {
  for (size_t length = 0; length < 20; ++length) {
    JournalPosition position;
    std::string frame =
        EncodeFrame(0x0014, std::string(length, 'x'), &position);
    EXPECT_EQ(frame.size() % 8, 0);
    EXPECT_LT(frame.size(), 56 + length + 8);
    EXPECT_EQ(frame.size(), DecodeHeader(frame)->frame_size());
    EXPECT_EQ(frame.size(), position.offset);
  }
}

TEST(JournalFormatTest, EveryRecordHasATypeAndComesBack) {
  const auto* descriptor = JournalRecord::descriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    JournalRecord record;
    record.GetReflection()->MutableMessage(&record, descriptor->field(i));
    const uint16_t type = RecordType(record);
    EXPECT_TRUE(IsKnownRecordType(type)) << descriptor->field(i)->name();
    absl::StatusOr<JournalRecord> back =
        RecordFromPayload(type, RecordPayload(record));
    ASSERT_TRUE(back.ok()) << back.status();
    EXPECT_EQ(back->record_case(), record.record_case());
  }
}

// The table of reliability.md 4.2, typed from there, without AUDIT and NOTE
// (docs/decisions/0007-no-audit-and-no-note.md).
TEST(JournalFormatTest, TypesAreThoseOfTheSpecification) {
  struct Case {
    const char* name;
    uint16_t type;
    bool synced;
  };
  const Case kCases[] = {
      {"begin", 0x8001, true},       {"resume", 0x8002, false},
      {"proposed", 0x8004, false},   {"intent", 0x8005, true},
      {"commit", 0x8006, true},      {"fail", 0x8007, true},
      {"skip", 0x0008, false},       {"step_done", 0x8009, true},
      {"undo_begin", 0x800C, true},  {"undo_intent", 0x800D, true},
      {"undo_commit", 0x800E, true}, {"undo_end", 0x800F, true},
      {"interrupted", 0x8011, true}, {"abort", 0x8012, true},
      {"done", 0x8013, true},        {"evidence", 0x0016, false},
  };
  for (const Case& c : kCases) {
    JournalRecord record;
    const auto* field = JournalRecord::descriptor()->FindFieldByName(c.name);
    ASSERT_NE(field, nullptr) << c.name;
    record.GetReflection()->MutableMessage(&record, field);
    EXPECT_EQ(RecordType(record), c.type) << c.name;
    EXPECT_EQ(IsSyncedRecordType(c.type), c.synced) << c.name;
  }
  EXPECT_EQ(JournalRecord::descriptor()->field_count(),
            static_cast<int>(sizeof(kCases) / sizeof(kCases[0])));
}

TEST(JournalFormatTest, UnknownTypesAreRefused) {
  for (uint16_t type : {0x0001, 0x8003, 0x800A, 0x0017, 0x8017, 0x0000}) {
    EXPECT_FALSE(IsKnownRecordType(type)) << type;
    EXPECT_FALSE(RecordFromPayload(type, "").ok()) << type;
  }
}

TEST(JournalFormatTest, APayloadOfAnotherMessageIsDataLoss) {
  EXPECT_EQ(RecordFromPayload(0x8005, "\xff\xff\xff").status().code(),
            absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace provision
