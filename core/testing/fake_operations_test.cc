#include "core/testing/fake_operations.h"

#include <cerrno>

#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::ElementsAre;
using Kind = FakeOperations::Kind;

class FakeOperationsTest : public testing::Test {
 protected:
  absl::Status Do(absl::string_view line, Kind kind = Kind::kChange) {
    return operations_.Perform(kind, line, operations_.generation(), [this] {
      ++done_;
      return absl::OkStatus();
    });
  }

  FakeOperations operations_;
  int done_ = 0;
};

TEST_F(FakeOperationsTest, LogsInOrder) {
  EXPECT_OK(Do("a"));
  EXPECT_OK(Do("b"));
  EXPECT_THAT(operations_.log(), ElementsAre("a", "b"));
  operations_.ClearLog();
  EXPECT_THAT(operations_.log(), ElementsAre());
}

TEST_F(FakeOperationsTest, CrashesAtTheNthAndStaysDown) {
  operations_.CrashAt(2, CrashMode::kBefore);
  EXPECT_OK(Do("a"));
  EXPECT_THAT(Do("b"), StatusIs(absl::StatusCode::kAborted, "crashed"));
  EXPECT_THAT(Do("c"), StatusIs(absl::StatusCode::kAborted, "crashed"));
  EXPECT_THAT(operations_.CheckAlive(0), StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(done_, 1);
  EXPECT_THAT(operations_.log(), ElementsAre("a", "b"));
  operations_.Restart();
  EXPECT_OK(Do("d"));
  EXPECT_THAT(operations_.CheckAlive(0), StatusIs(absl::StatusCode::kAborted));
  EXPECT_OK(operations_.CheckAlive(1));
}

TEST_F(FakeOperationsTest, ACrashDuringAnOperationLeavesItsEffect) {
  operations_.CrashAt(1, CrashMode::kDuring);
  EXPECT_THAT(Do("a"), StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(done_, 1);
}

TEST_F(FakeOperationsTest, FaultsMeetWhatTheyName) {
  operations_.AddFault(
      {.operation = "sync", .error_number = EIO, .skip = 1, .times = 2});
  EXPECT_OK(Do("sync /a", Kind::kSync));
  EXPECT_OK(Do("create /a"));
  EXPECT_TRUE(IsNotDurable(Do("sync /a", Kind::kSync)));
  EXPECT_THAT(Do("sync? /a"), HasDiagnosticId("host/io"));
  EXPECT_OK(Do("sync /a", Kind::kSync));
  operations_.AddFault({.error_number = ENOSPC, .times = -1});
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(Do("create /b"), HasDiagnosticId("host/no-space"));
  }
  EXPECT_EQ(done_, 3);
}

}  // namespace
}  // namespace provision
