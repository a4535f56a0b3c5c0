#ifndef PROVISION_CORE_ENGINE_RUN_JOURNAL_H_
#define PROVISION_CORE_ENGINE_RUN_JOURNAL_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "core/base/redactor.h"
#include "core/base/system.h"
#include "core/engine/run_progress.h"
#include "core/journal/journal.pb.h"
#include "core/journal/run_directory.h"

namespace provision {

// The journal of a run, as the executor writes it. Thread-safe; keeps its
// arguments by reference.
class RunJournal {
 public:
  // `redactor` may be nullptr. `progress` learns that durability is lost.
  RunJournal(System& system, RunDirectory& run, const Redactor* redactor,
             RunProgress& progress);

  // As RunDirectory::Append; those that a report tells the time of get it, and
  // what a failure or a check says goes there without the secrets that are
  // known. Several records share one sync.
  absl::Status Append(JournalRecord record);
  absl::Status Append(std::vector<JournalRecord> records);

  const std::string& run_id() const { return run_.id(); }

 private:
  System& system_;
  RunDirectory& run_;
  const Redactor* const redactor_;
  RunProgress& progress_;
};

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_RUN_JOURNAL_H_
