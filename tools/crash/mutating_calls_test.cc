#include "tools/crash/mutating_calls.h"

#include <fcntl.h>
#include <sys/syscall.h>

#include <set>

#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(MutatingCallsTest, EachStandsOnceAndIsFound) {
  std::set<int> numbers;
  for (const MutatingCall& call : MutatingCalls()) {
    EXPECT_TRUE(numbers.insert(call.number).second) << call.name;
    EXPECT_EQ(FindMutatingCall(call.number), &call);
    EXPECT_TRUE(call.descriptor != MutatingCall::kNone ||
                call.path != MutatingCall::kNone)
        << call.name << " works on nothing";
  }
}

TEST(MutatingCallsTest, ReadingIsNotOne) {
  for (const int number : {SYS_read, SYS_close, SYS_stat, SYS_getdents64,
                           SYS_mmap, SYS_lseek, SYS_clone, SYS_exit_group}) {
    EXPECT_EQ(FindMutatingCall(number), nullptr) << number;
  }
  EXPECT_EQ(FindMutatingCall(-1), nullptr);
}

TEST(MutatingCallsTest, AnOpenIsOneByItsFlags) {
  EXPECT_FALSE(OpensForChange(O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  EXPECT_TRUE(OpensForChange(O_RDONLY | O_CREAT));
  EXPECT_TRUE(OpensForChange(O_RDONLY | O_TRUNC));
  EXPECT_TRUE(OpensForChange(O_WRONLY));
  EXPECT_TRUE(OpensForChange(O_RDWR));
}

}  // namespace
}  // namespace provision
