#include "core/engine/run_journal.h"

namespace provision {

RunJournal::RunJournal(RunDirectory& run, const Redactor* redactor,
                       RunProgress& progress)
    : run_(run), redactor_(redactor), progress_(progress) {}

absl::Status RunJournal::Append(JournalRecord record) {
  std::vector<JournalRecord> records;
  records.push_back(std::move(record));
  return Append(std::move(records));
}

absl::Status RunJournal::Append(std::vector<JournalRecord> records) {
  for (JournalRecord& record : records) {
    // An action has to stay as it is; what people are told need not.
    if (redactor_ != nullptr && (record.has_fail() || record.has_evidence())) {
      redactor_->RedactMessage(&record);
    }
  }
  absl::Status status = run_.Append(records);
  progress_.Notice(status);
  return status;
}

}  // namespace provision
