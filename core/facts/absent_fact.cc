#include "core/facts/absent_fact.h"

#include <string>

namespace provision {

FactValue AbsentFact(FactValue::Absent::Reason reason, absl::string_view text) {
  FactValue value;
  value.mutable_absent()->set_reason(reason);
  value.mutable_absent()->set_text(std::string(text));
  return value;
}

FactValue AbsentFact(const absl::Status& error) {
  switch (error.code()) {
    case absl::StatusCode::kNotFound:
      return AbsentFact(FactValue::Absent::MISSING, "nothing of that name");
    case absl::StatusCode::kPermissionDenied:
      return AbsentFact(FactValue::Absent::DENIED, "permission denied");
    case absl::StatusCode::kOutOfRange:
      return AbsentFact(FactValue::Absent::TOO_LARGE, error.message());
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return AbsentFact(FactValue::Absent::UNREACHABLE, error.message());
    case absl::StatusCode::kUnimplemented:
      return AbsentFact(FactValue::Absent::UNSUPPORTED, error.message());
    default:
      return AbsentFact(FactValue::Absent::FAILED, error.message());
  }
}

}  // namespace provision
