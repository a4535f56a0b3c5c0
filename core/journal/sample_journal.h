#ifndef PROVISION_CORE_JOURNAL_SAMPLE_JOURNAL_H_
#define PROVISION_CORE_JOURNAL_SAMPLE_JOURNAL_H_

// Records as a run leaves them, for tests.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/journal/journal.pb.h"

namespace provision {

ActionId SampleId(absl::string_view step, absl::string_view digest,
                  uint32_t ordinal = 0);

// One record each, in the words of the format.
JournalRecord SampleBegin(absl::string_view run, uint64_t number = 1);
JournalRecord SampleIntent(const ActionId& id);
JournalRecord SampleCommit(const ActionId& id);
JournalRecord SampleFail(const ActionId& id, JournalRecord::Fail::Class why);
JournalRecord SampleStepDone(absl::string_view step);
JournalRecord SampleSkip(absl::string_view reason);
JournalRecord SampleDone();

// A whole short run: one step, two actions.
std::vector<JournalRecord> SampleRun();

// The bytes of a journal of these records.
std::string EncodeJournal(const std::vector<JournalRecord>& records);

}  // namespace provision

#endif  // PROVISION_CORE_JOURNAL_SAMPLE_JOURNAL_H_
