#include "core/engine/action_records.h"

#include "core/base/diagnostic.h"

namespace provision {

JournalRecord::Fail::Class ClassifyFailure(const absl::Status& status) {
  const std::string id = DiagnosticId(status);
  if (id == "host/no-space" || id == "run/no-space") {
    return JournalRecord::Fail::SPACE;
  }
  if (id == "apply/foreign-change") return JournalRecord::Fail::FOREIGN_CHANGE;
  switch (status.code()) {
    case absl::StatusCode::kDeadlineExceeded:
      return JournalRecord::Fail::DEADLINE;
    case absl::StatusCode::kCancelled:
      return JournalRecord::Fail::STOPPED;
    case absl::StatusCode::kUnavailable:
      return JournalRecord::Fail::TRANSIENT;
    default:
      return JournalRecord::Fail::ERROR;
  }
}

JournalRecord IntentRecord(const StepAction& action,
                           const ActionHandler& handler,
                           const Preparation& preparation) {
  JournalRecord record;
  JournalRecord::Intent* intent = record.mutable_intent();
  *intent->mutable_id() = action.id;
  *intent->mutable_action() = action.action;
  *intent->mutable_preparation() = preparation;
  intent->set_attempt(action.attempt);
  intent->set_repeat_class(handler.repeat_class(action.action));
  if (!action.rung.empty()) intent->set_rung(action.rung);
  if (action.follow_up) *intent->mutable_follow_up() = *action.follow_up;
  return record;
}

JournalRecord CommitRecord(const ActionId& id, absl::Duration duration) {
  JournalRecord record;
  *record.mutable_commit()->mutable_id() = id;
  record.mutable_commit()->set_duration_ns(absl::ToInt64Nanoseconds(duration));
  return record;
}

JournalRecord FailRecord(const StepAction& action, const absl::Status& status) {
  JournalRecord record;
  JournalRecord::Fail* fail = record.mutable_fail();
  *fail->mutable_id() = action.id;
  fail->set_failure_class(ClassifyFailure(status));
  fail->set_message(std::string(status.message()));
  fail->set_attempt(action.attempt);
  *fail->mutable_diagnostic() = DiagnosticFromStatus(status);
  return record;
}

JournalRecord NotDoneRecord(const StepAction& action) {
  JournalRecord record;
  JournalRecord::Fail* fail = record.mutable_fail();
  *fail->mutable_id() = action.id;
  fail->set_failure_class(JournalRecord::Fail::NOT_DONE);
  fail->set_message("begun with others, and not performed");
  fail->set_attempt(action.attempt);
  return record;
}

JournalRecord CommandRecord(const StepAction& action,
                            const std::vector<std::string>& argv,
                            const ProcessResult& result) {
  JournalRecord record;
  JournalRecord::Evidence* evidence = record.mutable_evidence();
  evidence->set_step(action.step);
  for (const std::string& word : argv) evidence->add_argv(word);
  *evidence->mutable_environment() = action.action.run().environment();
  evidence->set_exit_status(result.status);
  evidence->set_duration_ns(absl::ToInt64Nanoseconds(result.duration));
  evidence->set_standard_output(result.standard_output);
  evidence->set_standard_error(result.standard_error);
  return record;
}

}  // namespace provision
