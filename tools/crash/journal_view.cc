#include "tools/crash/journal_view.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <system_error>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "core/journal/journal_format.h"
#include "core/journal/run_history.h"

namespace provision {
namespace {

bool IsUnsafe(const JournalRecord::Intent& intent) {
  return intent.repeat_class() == Action::UNSAFE_TO_REPEAT &&
         intent.action().run().undo_argv().empty();
}

void Add(const std::vector<JournalRecord>& records, JournalView* view) {
  std::map<ActionKey, JournalRecord::Intent> open;
  for (const JournalRecord& record : records) {
    if (record.has_intent()) {
      open[KeyOf(record.intent().id())] = record.intent();
    } else if (record.has_commit()) {
      const auto intent = open.find(KeyOf(record.commit().id()));
      if (intent == open.end()) continue;
      if (IsUnsafe(intent->second) ||
          intent->second.repeat_class() == Action::RUN_ONCE) {
        view->not_again.insert(record.commit().id().step());
      }
      open.erase(intent);
    } else if (record.has_fail()) {
      open.erase(KeyOf(record.fail().id()));
    } else if (record.has_undo_commit()) {
      open.erase(KeyOf(record.undo_commit().id()));
      view->not_again.erase(record.undo_commit().id().step());
    }
  }
  for (const auto& [key, intent] : open) {
    if (!IsUnsafe(intent)) continue;
    view->in_doubt.insert(intent.id().step());
    view->not_again.insert(intent.id().step());
  }
}

}  // namespace

std::vector<JournalRecord> RecordsIn(absl::string_view bytes) {
  std::vector<JournalRecord> records;
  while (true) {
    const absl::optional<JournalHeader> header = DecodeHeader(bytes);
    if (!header.has_value() || bytes.size() < header->frame_size()) break;
    absl::StatusOr<JournalRecord> record = RecordFromPayload(
        header->type, bytes.substr(kJournalHeaderSize, header->length));
    if (!record.ok()) break;
    records.push_back(*std::move(record));
    bytes.remove_prefix(header->frame_size());
  }
  return records;
}

JournalView ViewJournals(const std::string& state) {
  JournalView view;
  std::error_code error;
  for (const auto& run :
       std::filesystem::directory_iterator(state + "/runs", error)) {
    std::ifstream file(run.path() / "journal", std::ios::binary);
    std::stringstream bytes;
    bytes << file.rdbuf();
    Add(RecordsIn(bytes.str()), &view);
  }
  return view;
}

}  // namespace provision
