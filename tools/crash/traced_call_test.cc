#include "tools/crash/traced_call.h"

#include <fcntl.h>
#include <sys/syscall.h>

#include "core/testing/testing.h"

namespace provision {
namespace {

TracedCall CallOf(int number, const char* path, uint64_t flags = 0) {
  TracedCall call;
  call.call = FindMutatingCall(number);
  call.path = path;
  call.flags = flags;
  return call;
}

TEST(TracedCallTest, WhatStaysIsCounted) {
  EXPECT_TRUE(IsCounted(CallOf(SYS_write, "/srv/a")));
  EXPECT_TRUE(IsCounted(CallOf(SYS_openat, "/srv/a", O_CREAT)));
  EXPECT_TRUE(IsCounted(CallOf(SYS_fsync, "/srv")));
  EXPECT_TRUE(IsCounted(CallOf(SYS_write, "/dev/shm/a")));
  EXPECT_TRUE(IsCounted(CallOf(SYS_execve, "/dev/fd/3")));
}

TEST(TracedCallTest, WhatLeavesNothingIsNot) {
  EXPECT_FALSE(IsCounted(CallOf(SYS_read, "/srv/a")));
  EXPECT_FALSE(IsCounted(CallOf(SYS_write, "pipe:[17]")));
  EXPECT_FALSE(IsCounted(CallOf(SYS_write, "/memfd:plan (deleted)")));
  EXPECT_FALSE(IsCounted(CallOf(SYS_openat, "/srv/a", O_RDONLY)));
  EXPECT_FALSE(IsCounted(CallOf(SYS_openat, "/dev/null", O_WRONLY)));
  EXPECT_FALSE(IsCounted(CallOf(SYS_write, "/proc/self/uid_map")));
}

TEST(TracedCallTest, ArgumentsComeInTheOrderOfTheConvention) {
  user_regs_struct registers = {};
  registers.rdi = 10;
  registers.rsi = 11;
  registers.rdx = 12;
  registers.r10 = 13;
  registers.r8 = 14;
  registers.r9 = 15;
  for (int i = 0; i < 6; ++i) EXPECT_EQ(Argument(registers, i), 10u + i);
}

TEST(TracedCallTest, RandomPartsAreAlikeAndDigestsAreNot) {
  EXPECT_EQ(WithoutRandomParts("/s/.provision-00ff00ff00ff00ff.tmp"),
            "/s/.provision-*.tmp");
  EXPECT_EQ(WithoutRandomParts(
                "/s/runs/f9daa1b7-4d95-41a3-a8b2-7f0c0cb30dc0/journal"),
            "/s/runs/*/journal");
  const std::string digest = "/s/sha256/" + std::string(64, 'a');
  EXPECT_EQ(WithoutRandomParts(digest), digest);
  EXPECT_EQ(WithoutRandomParts("/srv/dead-beef"), "/srv/dead-beef");
}

}  // namespace
}  // namespace provision
