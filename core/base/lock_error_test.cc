#include "core/base/lock_error.h"

#include <cerrno>

#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(LockErrorTest, WhatNetworkFileSystemsAnswerMeansNoLocks) {
  for (const int error : {ENOSYS, EBADF, ENOLCK, EINVAL, EOPNOTSUPP, 524}) {
    EXPECT_TRUE(TakesNoLocks(LockError(error, "/state/lock"))) << error;
  }
}

TEST(LockErrorTest, EverythingElseIsAnError) {
  for (const int error : {EIO, EROFS, ENOSPC, ENOMEM}) {
    const absl::Status status = LockError(error, "/state/lock");
    EXPECT_FALSE(status.ok());
    EXPECT_FALSE(TakesNoLocks(status)) << error;
  }
}

}  // namespace
}  // namespace provision
