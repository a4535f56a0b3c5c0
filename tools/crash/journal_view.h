#ifndef PROVISION_TOOLS_CRASH_JOURNAL_VIEW_H_
#define PROVISION_TOOLS_CRASH_JOURNAL_VIEW_H_

#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/journal/journal.pb.h"

namespace provision {

// The records of every whole frame at the beginning of `bytes`, whatever comes
// before or after them in the journal: chain values are not looked at, so a
// piece of a journal will do. Stops at the first frame that is not whole.
std::vector<JournalRecord> RecordsIn(absl::string_view bytes);

// Of every journal below a state directory, by steps.
struct JournalView {
  // With a committed RUN_ONCE, or an UNSAFE_TO_REPEAT that has no inverse and
  // was begun: no run may start it again by itself.
  std::set<std::string> not_again;
  // Of the latter those without an end on record: a person has to say.
  std::set<std::string> in_doubt;
};

JournalView ViewJournals(const std::string& state);

}  // namespace provision

#endif  // PROVISION_TOOLS_CRASH_JOURNAL_VIEW_H_
