#include "core/engine/run_journal.h"

#include "absl/time/time.h"

namespace provision {
namespace {

// Those that a report tells the time of.
void Stamp(int64_t at_ns, JournalRecord* record) {
  switch (record->record_case()) {
    case JournalRecord::kProposed:
      return record->mutable_proposed()->set_at_ns(at_ns);
    case JournalRecord::kIntent:
      return record->mutable_intent()->set_at_ns(at_ns);
    case JournalRecord::kCommit:
      return record->mutable_commit()->set_at_ns(at_ns);
    case JournalRecord::kFail:
      return record->mutable_fail()->set_at_ns(at_ns);
    case JournalRecord::kStepDone:
      return record->mutable_step_done()->set_at_ns(at_ns);
    case JournalRecord::kUndoCommit:
      return record->mutable_undo_commit()->set_at_ns(at_ns);
    case JournalRecord::kEvidence:
      return record->mutable_evidence()->set_at_ns(at_ns);
    default:
      return;
  }
}

}  // namespace

RunJournal::RunJournal(System& system, RunDirectory& run,
                       const Redactor* redactor, RunProgress& progress)
    : system_(system), run_(run), redactor_(redactor), progress_(progress) {}

absl::Status RunJournal::Append(JournalRecord record) {
  std::vector<JournalRecord> records;
  records.push_back(std::move(record));
  return Append(std::move(records));
}

absl::Status RunJournal::Append(std::vector<JournalRecord> records) {
  const int64_t at_ns = absl::ToInt64Nanoseconds(system_.MonotonicClock());
  for (JournalRecord& record : records) {
    Stamp(at_ns, &record);
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
