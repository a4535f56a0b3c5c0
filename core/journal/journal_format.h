#ifndef PROVISION_CORE_JOURNAL_JOURNAL_FORMAT_H_
#define PROVISION_CORE_JOURNAL_JOURNAL_FORMAT_H_

// The frame of a journal, as bytes (format.md). Pure; knows no file.

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/journal/journal.pb.h"

namespace provision {

inline constexpr absl::string_view kJournalMagic("PRVJ", 4);
inline constexpr uint32_t kJournalMajor = 1;
inline constexpr uint16_t kJournalMinor = 0;
inline constexpr size_t kJournalHeaderSize = 56;
inline constexpr size_t kJournalChainSize = 32;
inline constexpr size_t kMaxJournalPayload = 1 << 20;
// A reader without this type must not act.
inline constexpr uint16_t kCriticalRecord = 0x8000;

// Where the next frame goes, and what it is chained to.
struct JournalPosition {
  uint64_t offset = 0;
  uint64_t sequence = 0;
  std::string chain = std::string(kJournalChainSize, '\0');
};

struct JournalHeader {
  uint32_t length = 0;  // of the payload
  uint64_t sequence = 0;
  uint16_t type = 0;
  uint16_t minor = 0;
  std::string chain;

  // Of the whole frame with its padding.
  uint64_t frame_size() const;
};

// One frame, padded; `position` moves behind it. `payload` is at most
// kMaxJournalPayload.
std::string EncodeFrame(uint16_t type, absl::string_view payload,
                        JournalPosition* position);

// The header at the beginning of `bytes`, if magic, length and CRC are right.
// `chain` is read as far as there are bytes.
absl::optional<JournalHeader> DecodeHeader(absl::string_view bytes);

// Is `frame` (whole, padding included) the one that follows `position`? Checks
// chain value and padding; `header` is DecodeHeader(frame).
bool FrameFollows(absl::string_view frame, const JournalHeader& header,
                  const JournalPosition& position);

// The record type of what `record` holds, which must hold something.
uint16_t RecordType(const JournalRecord& record);

// Does this build know the type (with or without its critical bit as format.md
// has it)?
bool IsKnownRecordType(uint16_t type);

// Must a record of this type be durable before anything that depends on it?
bool IsSyncedRecordType(uint16_t type);

// The payload of the record, and back. kDataLoss if `payload` is no message of
// that type.
std::string RecordPayload(const JournalRecord& record);
absl::StatusOr<JournalRecord> RecordFromPayload(uint16_t type,
                                                absl::string_view payload);

}  // namespace provision

#endif  // PROVISION_CORE_JOURNAL_JOURNAL_FORMAT_H_
