#include "core/facts/absent_fact.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(AbsentFactTest, EachErrorHasItsReason) {
  const struct {
    absl::StatusCode code;
    FactValue::Absent::Reason reason;
    const char* text;
  } kCases[] = {
      {absl::StatusCode::kNotFound, FactValue::Absent::MISSING,
       "nothing of that name"},
      {absl::StatusCode::kPermissionDenied, FactValue::Absent::DENIED,
       "permission denied"},
      {absl::StatusCode::kOutOfRange, FactValue::Absent::TOO_LARGE, "why"},
      {absl::StatusCode::kUnavailable, FactValue::Absent::UNREACHABLE, "why"},
      {absl::StatusCode::kDeadlineExceeded, FactValue::Absent::UNREACHABLE,
       "why"},
      {absl::StatusCode::kUnimplemented, FactValue::Absent::UNSUPPORTED, "why"},
      {absl::StatusCode::kInternal, FactValue::Absent::FAILED, "why"}};
  for (const auto& c : kCases) {
    FactValue value = AbsentFact(absl::Status(c.code, "why"));
    EXPECT_EQ(value.absent().reason(), c.reason);
    EXPECT_EQ(value.absent().text(), c.text);
  }
}

}  // namespace
}  // namespace provision
