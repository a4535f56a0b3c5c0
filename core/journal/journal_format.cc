#include "core/journal/journal_format.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/base/crc32c.h"
#include "core/base/crypto.h"
#include "core/base/planted_bug.h"
#include "core/base/serialize.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace provision {
namespace {

constexpr size_t kCrcOffset = 20;
constexpr size_t kChainOffset = 24;
constexpr uint64_t kAlignment = 8;

// The types of format.md; a record's oneof field number is the type without
// its critical bit.
struct TypeRow {
  uint16_t type;
  bool synced;
};

constexpr TypeRow kTypes[] = {
    {0x8001, true}, {0x8002, false}, {0x8004, false}, {0x8005, true},
    {0x8006, true}, {0x8007, true},  {0x0008, false}, {0x8009, true},
    {0x800C, true}, {0x800D, true},  {0x800E, true},  {0x800F, true},
    {0x8011, true}, {0x8012, true},  {0x8013, true},  {0x0016, false},
};

const TypeRow* FindType(uint16_t type) {
  for (const TypeRow& row : kTypes) {
    if (row.type == type) return &row;
  }
  return nullptr;
}

template <typename Number>
void PutLittleEndian(Number value, std::string* out) {
  for (size_t i = 0; i < sizeof(Number); ++i) {
    out->push_back(static_cast<char>(value >> (8 * i)));
  }
}

template <typename Number>
Number GetLittleEndian(absl::string_view bytes, size_t offset) {
  Number value = 0;
  for (size_t i = 0; i < sizeof(Number); ++i) {
    value |= static_cast<Number>(static_cast<unsigned char>(bytes[offset + i]))
             << (8 * i);
  }
  return value;
}

uint64_t Padded(uint64_t size) {
  return (size + kAlignment - 1) / kAlignment * kAlignment;
}

std::string ChainValue(absl::string_view before, absl::string_view header,
                       absl::string_view payload) {
  Sha256 hash;
  hash.Update(before);
  hash.Update(header.substr(0, kChainOffset));
  hash.Update(payload);
  return hash.Final();
}

}  // namespace

uint64_t JournalHeader::frame_size() const {
  return Padded(kJournalHeaderSize + uint64_t{length});
}

std::string EncodeFrame(uint16_t type, absl::string_view payload,
                        JournalPosition* position) {
  std::string frame(kJournalMagic);
  PutLittleEndian(static_cast<uint32_t>(payload.size()), &frame);
  PutLittleEndian(position->sequence, &frame);
  PutLittleEndian(type, &frame);
  PutLittleEndian(kJournalMinor, &frame);
  PutLittleEndian(Crc32c(frame), &frame);
  position->chain = ChainValue(position->chain, frame, payload);
  frame += position->chain;
  frame.append(payload.data(), payload.size());
  frame.resize(Padded(frame.size()), '\0');
  ++position->sequence;
  position->offset += frame.size();
  return frame;
}

absl::optional<JournalHeader> DecodeHeader(absl::string_view bytes) {
  if (bytes.size() < kChainOffset ||
      bytes.substr(0, kJournalMagic.size()) != kJournalMagic ||
      (GetLittleEndian<uint32_t>(bytes, kCrcOffset) !=
           Crc32c(bytes.substr(0, kCrcOffset)) &&
       !IsPlanted("header_crc_not_checked"))) {
    return absl::nullopt;
  }
  JournalHeader header;
  header.length = GetLittleEndian<uint32_t>(bytes, 4);
  if (header.length > kMaxJournalPayload) return absl::nullopt;
  header.sequence = GetLittleEndian<uint64_t>(bytes, 8);
  header.type = GetLittleEndian<uint16_t>(bytes, 16);
  header.minor = GetLittleEndian<uint16_t>(bytes, 18);
  header.chain = std::string(bytes.substr(kChainOffset, kJournalChainSize));
  return header;
}

bool FrameFollows(absl::string_view frame, const JournalHeader& header,
                  const JournalPosition& position) {
  absl::string_view payload = frame.substr(kJournalHeaderSize, header.length);
  absl::string_view padding = frame.substr(kJournalHeaderSize + header.length);
  return (IsPlanted("chain_not_checked") ||
          ChainValue(position.chain, frame, payload) == header.chain) &&
         (IsPlanted("padding_not_checked") ||
          std::all_of(padding.begin(), padding.end(),
                      [](char c) { return c == '\0'; }));
}

uint16_t RecordType(const JournalRecord& record) {
  const auto number = static_cast<uint16_t>(record.record_case());
  return FindType(number) != nullptr
             ? number
             : static_cast<uint16_t>(number | kCriticalRecord);
}

bool IsKnownRecordType(uint16_t type) { return FindType(type) != nullptr; }

bool IsSyncedRecordType(uint16_t type) {
  const TypeRow* row = FindType(type);
  return row == nullptr || row->synced;
}

std::string RecordPayload(const JournalRecord& record) {
  const auto* field = JournalRecord::descriptor()->FindFieldByNumber(
      static_cast<int>(record.record_case()));
  return DeterministicBytes(record.GetReflection()->GetMessage(record, field));
}

absl::StatusOr<JournalRecord> RecordFromPayload(uint16_t type,
                                                absl::string_view payload) {
  const auto* field = JournalRecord::descriptor()->FindFieldByNumber(
      type & ~static_cast<int>(kCriticalRecord));
  JournalRecord record;
  if (!IsKnownRecordType(type) || field == nullptr ||
      !record.GetReflection()
           ->MutableMessage(&record, field)
           ->ParseFromArray(payload.data(), static_cast<int>(payload.size()))) {
    return absl::DataLossError(
        absl::StrCat("no record of type 0x", absl::Hex(type, absl::kZeroPad4)));
  }
  return record;
}

}  // namespace provision
