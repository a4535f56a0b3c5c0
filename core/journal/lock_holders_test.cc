#include "core/journal/lock_holders.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/local_system.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr uint64_t kInode = 4711;

void AddDescriptor(FakeSystem& system, absl::string_view pid, int descriptor,
                   absl::string_view lock) {
  system.AddFile(
      absl::StrCat("/proc/", pid, "/fdinfo/", descriptor),
      absl::StrCat("pos:\t0\nflags:\t02100002\nmnt_id:\t30\n", lock));
}

TEST(FindLockHoldersTest, FindsEachProcessThatHoldsTheLock) {
  FakeSystem system;
  AddDescriptor(system, "20", 0, "");
  AddDescriptor(system, "20", 7,
                "lock:\t1: OFDLCK  ADVISORY  WRITE -1 fe:01:4711 0 EOF\n");
  system.AddFile("/proc/20/cmdline", std::string("sleep\000100\000", 10));
  AddDescriptor(system, "9", 3,
                "lock:\t1: OFDLCK  ADVISORY  WRITE -1 fe:01:4711 0 EOF\n");
  AddDescriptor(system, "30", 3,
                "lock:\t1: OFDLCK  ADVISORY  WRITE -1 fe:01:47110 0 EOF\n");
  AddDescriptor(system, "31", 3, "ino:\t4711\n");
  system.AddFile("/proc/meminfo", "MemTotal: 1 kB\n");
  const std::vector<LockHolder> holders = FindLockHolders(system, kInode);
  ASSERT_THAT(holders, SizeIs(2));
  EXPECT_EQ(holders[0].ForPeople(), "pid 9");
  EXPECT_EQ(holders[1].ForPeople(), "pid 20, sleep 100");
}

TEST(FindLockHoldersTest, ThisProcessIsNotNamed) {
  FakeSystem system;
  AddDescriptor(system, "20", 7,
                "lock:\t1: OFDLCK  ADVISORY  WRITE -1 fe:01:4711 0 EOF\n");
  system.AddSymlink("/proc/self", "20");
  EXPECT_THAT(FindLockHolders(system, kInode), IsEmpty());
}

TEST(FindLockHoldersTest, WithoutProcNobodyIsFound) {
  FakeSystem system;
  EXPECT_THAT(FindLockHolders(system, kInode), IsEmpty());
}

// A run that was killed leaves an orphan with the inherited lock.
TEST(FindLockHoldersTest, NamesARealSurvivor) {
  TemporaryFolder folder;
  std::unique_ptr<System> system = NewLocalSystem();
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<Directory> directory,
                       system->OpenDirectory(folder.path()));
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<FileLock> lock,
                       directory->TryLock("children.lock", true));
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<FileLock> other,
                       directory->TryLock("other.lock", true));
  const uint64_t inode = directory->Lstat("children.lock").value()->inode;
  // Held by this process alone.
  EXPECT_TRUE(FindLockHolders(*system, inode).empty());
  const pid_t orphan = fork();
  if (orphan == 0) {
    while (true) pause();
  }
  lock.reset();  // as the run ends

  const std::vector<LockHolder> holders = FindLockHolders(*system, inode);
  ASSERT_EQ(holders.size(), 1u);
  EXPECT_EQ(holders[0].pid, orphan);
  EXPECT_THAT(holders[0].command, testing::HasSubstr("lock_holders_test"));
  EXPECT_EQ(directory->TryLock("children.lock", true).value(), nullptr);

  kill(orphan, SIGKILL);
  ASSERT_EQ(waitpid(orphan, nullptr, 0), orphan);
  EXPECT_TRUE(FindLockHolders(*system, inode).empty());
  EXPECT_NE(directory->TryLock("children.lock", true).value(), nullptr);
}

}  // namespace
}  // namespace provision
