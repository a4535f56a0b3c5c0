#ifndef PROVISION_CORE_JOURNAL_JOURNAL_READER_H_
#define PROVISION_CORE_JOURNAL_JOURNAL_READER_H_

// Reads a journal and says what state it is in (reliability.md 6). Reading
// changes nothing; only the holder of the run's lock repairs a tail.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/byte_source.h"
#include "core/base/directory.h"
#include "core/journal/journal.pb.h"
#include "core/journal/journal_format.h"

namespace provision {

enum class JournalVerdict {
  kClean,
  kShortTail,     // a record that was never confirmed is cut off
  kBadTail,       // damage, nothing good behind it
  kCorrupt,       // damage in the middle: refused
  kNeverBegan,    // empty, or no journal
  kOtherVersion,  // another build can read it
  kUntrusted,     // wrong owner, mode, type or link count
};

struct JournalFrame {
  uint64_t offset = 0;
  uint16_t type = 0;
  uint16_t minor = 0;
  std::string payload;
};

// The good frames of a journal, and how it ends.
struct JournalScan {
  JournalVerdict verdict = JournalVerdict::kNeverBegan;
  std::vector<JournalFrame> frames;
  JournalPosition end;         // behind the last good frame
  uint64_t dropped_bytes = 0;  // from there to the end of the file
  std::string detail;          // "record 41 at byte 9,312: wrong chain value"
};

// A journal as records. Those of a type that this build does not know and need
// not know are left out.
struct JournalContents {
  JournalVerdict verdict = JournalVerdict::kNeverBegan;
  std::vector<JournalRecord> records;
  JournalPosition end;
  uint64_t dropped_bytes = 0;
  std::string detail;
  // A tail was bad, now or when an earlier run was repaired: what was in it is
  // unknown.
  bool tail_doubt = false;
};

// Frames only: no payload is looked into. An error means that `source` could
// not be read.
absl::StatusOr<JournalScan> ScanJournal(const ByteSource& source);

// `journal` in the folder of a run, which `owner` must own alone. Blobs come
// from blob/ there; one that is missing or differs makes the journal corrupt.
absl::StatusOr<JournalContents> ReadJournal(Directory& run_directory,
                                            uint32_t owner);

// Sets a short or bad tail aside as `journal.broken-<sequence>` and cuts it
// off, durably; with any other verdict does nothing. A crash at any point
// leaves the tail, or the copy; never neither.
absl::Status RepairTail(Directory& run_directory,
                        const JournalContents& contents);

// The error for a journal that must not be acted on (corrupt, other version,
// untrusted), which `run` names; OK for the other verdicts.
absl::Status RefuseJournal(absl::string_view run,
                           const JournalContents& contents);

}  // namespace provision

#endif  // PROVISION_CORE_JOURNAL_JOURNAL_READER_H_
