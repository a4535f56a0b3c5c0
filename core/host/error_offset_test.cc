#include "core/host/error_offset.h"

#include "gtest/gtest.h"

namespace provision {
namespace {

TEST(ErrorOffsetTest, RidesOnTheStatus) {
  const absl::Status status = ErrorAt(7, "expected a version");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "expected a version");
  EXPECT_EQ(ErrorOffset(status), 7);
}

TEST(ErrorOffsetTest, OtherStatusesHaveNone) {
  EXPECT_EQ(ErrorOffset(absl::OkStatus()), absl::nullopt);
  EXPECT_EQ(ErrorOffset(absl::InternalError("x")), absl::nullopt);
}

TEST(ErrorOffsetTest, ShiftMovesItIntoTheSurroundingText) {
  const absl::Status shifted = ShiftError(ErrorAt(7, "x"), 10);
  EXPECT_EQ(ErrorOffset(shifted), 17);
  EXPECT_EQ(shifted.message(), "x");
  EXPECT_EQ(ErrorOffset(ShiftError(absl::InternalError("y"), 3)), 3);
  EXPECT_TRUE(ShiftError(absl::OkStatus(), 3).ok());
}

}  // namespace
}  // namespace provision
