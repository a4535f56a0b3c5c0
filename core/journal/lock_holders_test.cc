#include "core/journal/lock_holders.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/local_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

// A run that was killed leaves an orphan with the inherited lock.
TEST(LockHoldersTest, NamesTheSurvivor) {
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
