#ifndef PROVISION_CORE_JOURNAL_RUN_DIRECTORY_H_
#define PROVISION_CORE_JOURNAL_RUN_DIRECTORY_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "core/base/directory.h"
#include "core/journal/journal.pb.h"
#include "core/journal/journal_reader.h"
#include "core/journal/journal_writer.h"
#include "core/journal/state_directory.h"

namespace provision {

// One run's folder, runs/<uuid>: its journal, the plan it executes, pre-images.
// Thread-safe.
//
// A new run is on disk only once it must be: at the first record that has to be
// durable, or the first pre-image. Until then records wait in memory, so a run
// that finds nothing to do writes and syncs nothing. A crash while it is made
// leaves a folder without a journal, which never began.
class RunDirectory {
 public:
  // A run that does not exist yet. `begin.run` and `begin.number` are set;
  // `plan` is the canonical snapshot. Keeps `state` by reference.
  static std::unique_ptr<RunDirectory> New(StateDirectory& state,
                                           JournalRecord::Begin begin,
                                           std::string plan);

  // Goes on with a run whose journal was read as `contents` (clean, or with a
  // tail, which is repaired here). `resume` is completed with the verdict and
  // written with the first record that follows. Needs the state's lock.
  static absl::StatusOr<std::unique_ptr<RunDirectory>> Continue(
      StateDirectory& state, absl::string_view id,
      const JournalContents& contents, JournalRecord::Resume resume);

  const std::string& id() const { return id_; }
  // "runs/<uuid>" below the state directory.
  std::string relative_path() const;
  // Is it on disk?
  bool begun() const;

  // As JournalWriter::Append.
  absl::Status Append(const JournalRecord& record);
  absl::Status Append(absl::Span<const JournalRecord> records);

  // undo/, made durable on first use.
  absl::StatusOr<Directory*> Undo();
  // The folder itself; kFailedPrecondition while not begun.
  absl::StatusOr<Directory*> Folder();
  // Behind the last record; {} while not begun.
  JournalPosition position() const;
  uint64_t sync_count() const;
  // As JournalWriter::can_reserve(); true while not begun.
  bool can_reserve() const;

 private:
  RunDirectory(StateDirectory& state, absl::string_view id);

  // Makes the folder and its journal, once.
  absl::Status Begin() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Writes what waited for the run to begin.
  absl::Status Flush() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // undo/ or blob/, kept open in `held`.
  absl::StatusOr<Directory*> Child(absl::string_view name,
                                   std::unique_ptr<Directory>* held);
  absl::Status WriteBlob(absl::string_view sha256, absl::string_view bytes);

  StateDirectory& state_;
  const std::string id_;

  mutable absl::Mutex mutex_;
  JournalRecord::Begin begin_ ABSL_GUARDED_BY(mutex_);
  std::string plan_ ABSL_GUARDED_BY(mutex_);
  std::vector<JournalRecord> waiting_ ABSL_GUARDED_BY(mutex_);
  // Both are set once, when it has begun, and never change.
  std::unique_ptr<Directory> folder_;
  std::unique_ptr<JournalWriter> writer_;

  absl::Mutex children_mutex_;
  std::unique_ptr<Directory> undo_ ABSL_GUARDED_BY(children_mutex_);
  std::unique_ptr<Directory> blob_ ABSL_GUARDED_BY(children_mutex_);
};

}  // namespace provision

#endif  // PROVISION_CORE_JOURNAL_RUN_DIRECTORY_H_
