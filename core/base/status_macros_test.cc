#include "core/base/status_macros.h"

#include "gtest/gtest.h"

namespace provision {
namespace {

absl::StatusOr<int> Half(int n) {
  if (n % 2 != 0) return absl::InvalidArgumentError("odd");
  return n / 2;
}

absl::StatusOr<int> Quarter(int n) {
  PROVISION_ASSIGN_OR_RETURN(int half, Half(n));
  PROVISION_ASSIGN_OR_RETURN(int quarter, Half(half));
  return quarter;
}

absl::Status Even(int n) {
  PROVISION_RETURN_IF_ERROR(Half(n).status());
  return absl::OkStatus();
}

TEST(StatusMacrosTest, AssignsTheValue) { EXPECT_EQ(*Quarter(8), 2); }

TEST(StatusMacrosTest, ReturnsTheFirstError) {
  EXPECT_EQ(Quarter(6).status().message(), "odd");
  EXPECT_EQ(Even(3).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(Even(4).ok());
}

}  // namespace
}  // namespace provision
