#ifndef PROVISION_CORE_ENGINE_RUN_PROGRESS_H_
#define PROVISION_CORE_ENGINE_RUN_PROGRESS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/optional.h"
#include "core/journal/journal.pb.h"
#include "core/journal/run_history.h"

namespace provision {

// What this invocation has begun, committed and taken back, beside what the
// journals of earlier ones say. Thread-safe.
class RunProgress {
 public:
  void Begin(const ActionId& id);
  void Commit(const JournalRecord::Intent& intent);
  // A command that failed: it may have done a part.
  void LeaveHalfDone(const JournalRecord::Intent& intent);
  void Undo(const ActionId& id);
  // Everything of `step` is taken back: an atomic action that failed left
  // nothing.
  void UndoStep(absl::string_view step);
  // So much of an artifact came over the network.
  void AddFetched(uint64_t bytes);
  // Remembers that durability is lost, if `status` says so.
  void Notice(const absl::Status& status);

  bool committed(const ActionId& id) const;
  bool undone(const ActionId& id) const;
  // What stands of `step`, in the order of its commits; then what is half done.
  std::vector<JournalRecord::Intent> StandingOf(absl::string_view step) const;
  // How many of `step` were committed and stand.
  int committed_count(absl::string_view step) const;
  // Actions that were begun and not taken back.
  int begun() const;
  // How often an action was begun, taken back or not.
  int begun_count() const;
  // What came over the network; nullopt if nothing was to be fetched.
  absl::optional<uint64_t> fetched_bytes() const;
  bool durability_lost() const;

 private:
  mutable absl::Mutex mutex_;
  std::vector<JournalRecord::Intent> committed_ ABSL_GUARDED_BY(mutex_);
  std::set<ActionKey> committed_keys_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, int> committed_counts_ ABSL_GUARDED_BY(mutex_);
  std::vector<JournalRecord::Intent> half_done_ ABSL_GUARDED_BY(mutex_);
  std::set<ActionKey> begun_ ABSL_GUARDED_BY(mutex_);
  std::set<ActionKey> undone_ ABSL_GUARDED_BY(mutex_);
  int begun_count_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::optional<uint64_t> fetched_bytes_ ABSL_GUARDED_BY(mutex_);
  bool durability_lost_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_RUN_PROGRESS_H_
