#ifndef PROVISION_CORE_ENGINE_ACTION_RECORDS_H_
#define PROVISION_CORE_ENGINE_ACTION_RECORDS_H_

// What the journal is told of an action at each point of the write protocol
// (reliability.md 5.1). Pure: nothing is written here.

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/actions/action_handler.h"
#include "core/base/process.h"
#include "core/engine/step_action.h"
#include "core/journal/journal.pb.h"

namespace provision {

// What is recorded of a failure; decides whether it is worth a retry.
JournalRecord::Fail::Class ClassifyFailure(const absl::Status& status);

JournalRecord IntentRecord(const StepAction& action,
                           const ActionHandler& handler,
                           const Preparation& preparation);
JournalRecord CommitRecord(const ActionId& id, absl::Duration duration);
JournalRecord FailRecord(const StepAction& action, const absl::Status& status);
// It was begun with others, and not performed.
JournalRecord NotDoneRecord(const StepAction& action);
// A command that ran, however it ended.
JournalRecord CommandRecord(const StepAction& action,
                            const std::vector<std::string>& argv,
                            const ProcessResult& result);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_ACTION_RECORDS_H_
