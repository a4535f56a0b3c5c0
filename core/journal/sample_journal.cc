#include "core/journal/sample_journal.h"

#include "core/journal/journal_format.h"

namespace provision {

ActionId SampleId(absl::string_view step, absl::string_view digest,
                  uint32_t ordinal) {
  ActionId id;
  id.set_step(std::string(step));
  id.set_digest(std::string(digest));
  id.set_ordinal(ordinal);
  return id;
}

JournalRecord SampleBegin(absl::string_view run, uint64_t number) {
  JournalRecord record;
  JournalRecord::Begin* begin = record.mutable_begin();
  begin->set_major(kJournalMajor);
  begin->set_minor(kJournalMinor);
  begin->set_run(std::string(run));
  begin->set_number(number);
  begin->set_host_id("host");
  begin->set_boot_id("boot");
  begin->mutable_plan()->set_name("plan");
  begin->mutable_plan()->set_folder("/plans");
  begin->set_durability(JournalRecord::FULL);
  return record;
}

JournalRecord SampleIntent(const ActionId& id) {
  JournalRecord record;
  JournalRecord::Intent* intent = record.mutable_intent();
  *intent->mutable_id() = id;
  intent->mutable_action()->mutable_make_directory()->set_path("/d");
  intent->set_attempt(1);
  intent->set_repeat_class(Action::CONVERGENT);
  return record;
}

JournalRecord SampleCommit(const ActionId& id) {
  JournalRecord record;
  *record.mutable_commit()->mutable_id() = id;
  return record;
}

JournalRecord SampleFail(const ActionId& id, JournalRecord::Fail::Class why) {
  JournalRecord record;
  *record.mutable_fail()->mutable_id() = id;
  record.mutable_fail()->set_failure_class(why);
  return record;
}

JournalRecord SampleStepDone(absl::string_view step) {
  JournalRecord record;
  record.mutable_step_done()->set_step(std::string(step));
  return record;
}

JournalRecord SampleSkip(absl::string_view reason) {
  JournalRecord record;
  record.mutable_skip()->set_step("skipped");
  record.mutable_skip()->set_reason(std::string(reason));
  return record;
}

JournalRecord SampleDone() {
  JournalRecord record;
  record.mutable_done()->set_exit_code(0);
  return record;
}

std::vector<JournalRecord> SampleRun() {
  return {SampleBegin("run-1"),
          SampleIntent(SampleId("files", "aa")),
          SampleCommit(SampleId("files", "aa")),
          SampleIntent(SampleId("files", "bb")),
          SampleCommit(SampleId("files", "bb")),
          SampleStepDone("files"),
          SampleSkip("all is well"),
          SampleDone()};
}

std::string EncodeJournal(const std::vector<JournalRecord>& records) {
  JournalPosition position;
  std::string bytes;
  for (const JournalRecord& record : records) {
    bytes += EncodeFrame(RecordType(record), RecordPayload(record), &position);
  }
  return bytes;
}

}  // namespace provision
