#ifndef PROVISION_CORE_JOURNAL_JOURNAL_WRITER_H_
#define PROVISION_CORE_JOURNAL_JOURNAL_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "core/base/directory.h"
#include "core/base/file.h"
#include "core/journal/journal.pb.h"
#include "core/journal/journal_format.h"

namespace provision {

// Appends records to the journal of one run (reliability.md 4, 5).
//
// Thread-safe. Records of several threads that wait at once are written by one
// of them with one sync. A crash at any point leaves whole frames and at most
// one torn one at the end, which no caller was told is written.
//
// Before an INTENT 64 KiB are reserved behind it, for the records that a full
// disk must still take. If they cannot be had: `run/no-space`, the INTENT is
// not written, and other records still can be.
//
// After a failed write or sync every call gives that NotDurableError, and
// nothing more is written.
class JournalWriter {
 public:
  // Where a payload over kMaxJournalPayload goes: returns when the bytes are
  // durable as blob/<sha256>. Called from the thread that appends.
  using BlobSink = std::function<absl::Status(absl::string_view sha256,
                                              absl::string_view bytes)>;

  // Makes `journal` in `directory` with `begin` as its first record, under
  // `temporary_name` until it is durable. A crash leaves no `journal` or a
  // whole one.
  static absl::StatusOr<std::unique_ptr<JournalWriter>> Create(
      Directory& directory, absl::string_view temporary_name,
      const JournalRecord::Begin& begin, BlobSink blobs);

  // Goes on behind `end`, where the `journal` in `directory` must end.
  static absl::StatusOr<std::unique_ptr<JournalWriter>> Continue(
      Directory& directory, const JournalPosition& end,
      JournalRecord::Durability durability, BlobSink blobs);

  // The same over any file that is at `end`.
  static std::unique_ptr<JournalWriter> Over(
      std::unique_ptr<WritableFile> file, JournalPosition end,
      JournalRecord::Durability durability, BlobSink blobs);

  // Returns when the record is written, and durable if its type demands it
  // under this durability. Several records are written in their order and
  // share one sync.
  absl::Status Append(const JournalRecord& record);
  absl::Status Append(absl::Span<const JournalRecord> records);

  // Behind the last record that was written.
  JournalPosition position() const;
  // False if this file system cannot reserve: a full disk may then end the run
  // with 74 instead of 3.
  bool can_reserve() const;
  // How many syncs were made, for tests of grouping and for the summary.
  uint64_t sync_count() const;
  // Calls of Append that have not returned.
  size_t WaitingForTest() const;

 private:
  // What one call of Append waits for.
  struct Request;

  JournalWriter(std::unique_ptr<WritableFile> file, JournalPosition position,
                JournalRecord::Durability durability, BlobSink blobs);

  absl::Status AddRecord(const JournalRecord& record, Request* request) const;
  // Writes the requests of one group, whose first belongs to this thread, and
  // gives each its status.
  void WriteGroup(absl::Span<Request* const> group);
  // Refuses the INTENTs of the group if there is no room behind it.
  void ReserveFor(absl::Span<Request* const> group);
  absl::Status Reserve(uint64_t bytes);
  bool MustSync(uint16_t type) const;

  const JournalRecord::Durability durability_;
  const BlobSink blobs_;

  mutable absl::Mutex mutex_;
  std::deque<Request*> queue_ ABSL_GUARDED_BY(mutex_);
  // What the getters give.
  JournalPosition position_ ABSL_GUARDED_BY(mutex_);
  uint64_t sync_count_ ABSL_GUARDED_BY(mutex_) = 0;
  bool can_reserve_ ABSL_GUARDED_BY(mutex_) = true;

  // Only for the thread whose request is first in the queue.
  std::unique_ptr<WritableFile> file_;
  JournalPosition end_;
  uint64_t reserved_end_ = 0;
  absl::Status broken_;
};

}  // namespace provision

#endif  // PROVISION_CORE_JOURNAL_JOURNAL_WRITER_H_
