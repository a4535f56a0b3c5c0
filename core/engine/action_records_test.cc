#include "core/engine/action_records.h"

#include "core/actions/write_file.h"
#include "core/base/diagnostic.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(ActionRecordsTest, AFailureIsOfTheClassThatItsErrorSays) {
  using Fail = JournalRecord::Fail;
  const struct {
    absl::Status status;
    Fail::Class failure_class;
  } kCases[] = {
      {ErrnoError(ENOSPC, "write"), Fail::SPACE},
      {DiagnosticError(absl::StatusCode::kResourceExhausted, "run/no-space",
                       ""),
       Fail::SPACE},
      {DiagnosticError(absl::StatusCode::kAborted, "apply/foreign-change", ""),
       Fail::FOREIGN_CHANGE},
      {absl::DeadlineExceededError(""), Fail::DEADLINE},
      {absl::CancelledError(""), Fail::STOPPED},
      {absl::UnavailableError(""), Fail::TRANSIENT},
      {absl::InternalError(""), Fail::ERROR},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(ClassifyFailure(c.status), c.failure_class) << c.status;
  }
}

TEST(ActionRecordsTest, AnIntentIsAllThatRecoveryNeeds) {
  StepAction action;
  action.step = "a";
  action.rung = "FIRST";
  action.action = ParseText<Action>(R"pb(write_file { path: "/f" })pb");
  action.id = ParseText<ActionId>(R"pb(step: "a" digest: "11")pb");
  action.attempt = 2;
  const Preparation preparation =
      ParseText<Preparation>(R"pb(temporary_name: ".tmp")pb");
  const JournalRecord record =
      IntentRecord(action, *NewWriteFileHandler(), preparation);
  EXPECT_THAT(record, EqualsProto(R"pb(
                intent {
                  id { step: "a" digest: "11" }
                  action { write_file { path: "/f" } }
                  preparation { temporary_name: ".tmp" }
                  attempt: 2
                  repeat_class: CONVERGENT
                  rung: "FIRST"
                })pb"));
}

TEST(ActionRecordsTest, ACommandIsOnRecordWithItsEnd) {
  StepAction action;
  action.step = "a";
  action.action =
      ParseText<Action>(R"pb(run { environment { name: "A" value: "1" } })pb");
  ProcessResult result;
  result.status = 3;
  result.standard_error = "no";
  result.duration = absl::Nanoseconds(7);
  EXPECT_THAT(CommandRecord(action, {"/bin/x", "y"}, result), EqualsProto(R"pb(
                evidence {
                  step: "a"
                  argv: "/bin/x"
                  argv: "y"
                  environment { name: "A" value: "1" }
                  exit_status: 3
                  duration_ns: 7
                  standard_output: ""
                  standard_error: "no"
                })pb"));
}

}  // namespace
}  // namespace provision
