#include "core/base/diagnostic.h"

#include <cerrno>

#include "gtest/gtest.h"

namespace provision {
namespace {

TEST(DiagnosticTest, TravelsThroughAStatus) {
  absl::Status status =
      DiagnosticError(absl::StatusCode::kUnavailable, "net/proxy-auth",
                      "proxy wants credentials")
          .Found("407 from proxy.example:3128")
          .Next("add credentials")
          .Place("plan.textproto", 3, 7);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(status.message(), "proxy wants credentials");
  Diagnostic diagnostic = DiagnosticFromStatus(status);
  EXPECT_EQ(diagnostic.id(), "net/proxy-auth");
  EXPECT_EQ(diagnostic.detail(0).label(), "found");
  EXPECT_EQ(diagnostic.next(0), "add credentials");
  EXPECT_EQ(diagnostic.place().column(), 7);
}

TEST(DiagnosticTest, APlainStatusBecomesAnInternalError) {
  absl::Status status = absl::InternalError("broken");
  EXPECT_EQ(DiagnosticId(status), "");
  EXPECT_EQ(DiagnosticFromStatus(status).id(), "internal/internal");
  EXPECT_EQ(DiagnosticFromStatus(status).message(), "broken");
}

TEST(DiagnosticTest, TheInnermostStepIsKept) {
  absl::Status status = DiagnosticError(absl::StatusCode::kAborted, "a/b", "c");
  status = WithStep(WithStep(status, "inner"), "outer");
  EXPECT_EQ(DiagnosticFromStatus(status).step(), "inner");
  EXPECT_TRUE(WithStep(absl::OkStatus(), "s").ok());
}

TEST(DiagnosticTest, ErrnoHasItsId) {
  const struct {
    int error_number;
    const char* id;
  } kCases[] = {{ENOSPC, "host/no-space"},
                {EDQUOT, "host/no-space"},
                {EFBIG, "host/no-space"},
                {EROFS, "host/read-only"},
                {EACCES, "host/permission"},
                {ENOENT, "host/missing"},
                {EIO, "host/io"}};
  for (const auto& c : kCases) {
    EXPECT_EQ(DiagnosticId(ErrnoError(c.error_number, "write")), c.id);
  }
  for (int error_number : {ENOSPC, EROFS}) {
    EXPECT_EQ(
        DiagnosticFromStatus(ErrnoError(error_number, "write")).next_size(), 1);
  }
  EXPECT_TRUE(IsNotDurable(NotDurableError(EIO, "fsync")));
  EXPECT_FALSE(IsNotDurable(ErrnoError(EIO, "read")));
}

}  // namespace
}  // namespace provision
