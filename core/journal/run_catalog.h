#ifndef PROVISION_CORE_JOURNAL_RUN_CATALOG_H_
#define PROVISION_CORE_JOURNAL_RUN_CATALOG_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/journal/journal.pb.h"
#include "core/journal/journal_reader.h"
#include "core/journal/plan_history.h"
#include "core/journal/run_directory.h"
#include "core/journal/run_history.h"
#include "core/journal/state_directory.h"

namespace provision {

// `state/unknown-run` (kNotFound): no run has an id that begins with `prefix`.
absl::Status UnknownRunError(absl::string_view prefix);

// The runs of a state directory: what is there, and how runs begin, go on, end
// and go. Not thread-safe; keeps `state` by reference. Reading needs no lock
// and changes nothing. A journal is read once, as long as nobody has begun to
// write into it through this catalog: whoever holds the lock knows that nobody
// else does.
class RunCatalog {
 public:
  // The last DONE runs that are kept.
  static constexpr int kKeptRuns = 10;

  struct Entry {
    std::string id;
    JournalRecord::Begin begin;  // empty if the journal is unreadable
    JournalVerdict verdict = JournalVerdict::kClean;
    absl::optional<Receipt> receipt;  // it ended for good
  };

  explicit RunCatalog(StateDirectory& state) : state_(state) {}

  // ---- reading ----

  // Oldest first; unreadable ones last. Without what never began.
  absl::StatusOr<std::vector<Entry>> List();
  // The run whose id is or begins with `prefix`; "" is the newest. kNotFound,
  // or kInvalidArgument if there are several.
  absl::StatusOr<std::string> Find(absl::string_view prefix);
  // Fails as RefuseJournal() does.
  absl::StatusOr<RunHistory> Read(absl::string_view id);
  // The same as records; at least BEGIN.
  absl::StatusOr<JournalContents> ReadContents(absl::string_view id);
  // The plan.pb of a run.
  absl::StatusOr<std::string> ReadPlan(absl::string_view id);
  // Everything about one plan. A damaged journal of that plan, or one whose
  // plan cannot be known, is an error (RefuseJournal).
  absl::StatusOr<PlanHistory> ReadHistory(const PlanIdentity& plan);
  // Unfinished runs of other plans: named, left as they are.
  absl::StatusOr<std::vector<Entry>> UnfinishedOfOthers(
      const PlanIdentity& plan);

  // ---- changing; needs the state's lock ----

  // A run that is on disk once it must be. Fills in run, number and version of
  // `begin`.
  absl::StatusOr<std::unique_ptr<RunDirectory>> New(JournalRecord::Begin begin,
                                                    std::string plan);
  absl::StatusOr<std::unique_ptr<RunDirectory>> Continue(
      absl::string_view id, JournalRecord::Resume resume);
  // After DONE, or after the UNDO_END of a rolled back run: carry.pb, then the
  // receipts of it and of the older runs of its plan that have nothing open,
  // then pruning; each durable before the next.
  absl::Status Finish(absl::string_view id);
  // Before UNDO_BEGIN in a run that ended: it counts as unfinished again.
  absl::Status Reopen(absl::string_view id);
  // --recover: renames a damaged journal of `plan` to `journal.broken`, so that
  // a new run audits all. What its good part knows of commits goes to carry.pb
  // first; what only the damaged part knew is lost, and carry.pb says so.
  absl::Status SetAside(absl::string_view id, const PlanIdentity& plan);
  // Removes folders that never began.
  absl::Status RemoveNeverBegan();

 private:
  // A run folder as it is; contents only without a receipt.
  struct Found {
    Entry entry;
    JournalContents contents;
  };

  // nullptr if there is none.
  absl::StatusOr<std::unique_ptr<Directory>> OpenRuns();
  absl::StatusOr<std::unique_ptr<Directory>> OpenRun(absl::string_view id);
  absl::StatusOr<JournalContents> Contents(Directory& run,
                                           absl::string_view id);
  // As List(), with contents.
  absl::StatusOr<std::vector<Found>> FindAll();
  absl::StatusOr<Found> ReadFolder(Directory& runs, const std::string& id);
  // What is read of it from here on is read anew.
  void Forget(absl::string_view id);
  absl::Status WriteReceipt(const RunHistory& run);
  absl::Status Prune();
  absl::Status Remove(Directory& runs, const Entry& entry);

  StateDirectory& state_;
  // What was read, by run; without those that are written to.
  std::map<std::string, JournalContents> read_;
  std::set<std::string> written_;
};

}  // namespace provision

#endif  // PROVISION_CORE_JOURNAL_RUN_CATALOG_H_
