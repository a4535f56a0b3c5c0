#include "core/base/process_tree.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(ParseProcessStatTest, TakesAnyName) {
  const std::string rest =
      " S 7 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 4711 1 1";
  for (const char* name : {"sh", "a b", "x) Z 1 (", ""}) {
    ProcessStat stat;
    ASSERT_TRUE(ParseProcessStat(absl::StrCat("42 (", name, ")", rest), stat));
    EXPECT_EQ(stat.identity.pid, 42);
    EXPECT_EQ(stat.identity.start_time, 4711u);
    EXPECT_EQ(stat.parent, 7);
    EXPECT_EQ(stat.state, 'S');
  }
  for (const char* text : {"", "42", "42 (sh", "42 (sh) S 7", "x (sh) S 7 1"}) {
    ProcessStat stat;
    EXPECT_FALSE(ParseProcessStat(text, stat)) << text;
  }
}

// A root with a child, its child, and an orphan in a session of its own. Each
// writes its id once it stands, and then waits.
class ProcessTreeTest : public testing::Test {
 protected:
  void SetUp() override {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    root_ = fork();
    if (root_ == 0) {
      prctl(PR_SET_CHILD_SUBREAPER, 1);
      if (fork() == 0) {
        signal(SIGTERM, SIG_IGN);
        if (fork() == 0) Stand(ends[1]);
        if (fork() == 0) {
          setsid();
          if (fork() == 0) Stand(ends[1]);
          _exit(0);  // its child is an orphan
        }
        Stand(ends[1]);
      }
      while (true) {
        if (waitpid(-1, nullptr, 0) < 0) _exit(0);
      }
    }
    for (int i = 0; i < 3; ++i) {
      pid_t pid = 0;
      ASSERT_EQ(read(ends[0], &pid, sizeof(pid)),
                static_cast<ssize_t>(sizeof(pid)));
      standing_.insert(pid);
    }
    close(ends[0]);
    close(ends[1]);
  }

  [[noreturn]] static void Stand(int out) {
    const pid_t pid = getpid();
    if (write(out, &pid, sizeof(pid)) < 0) _exit(1);
    while (true) pause();
  }

  std::set<pid_t> Standing() const {
    std::set<pid_t> found;
    for (const ProcessIdentity& process : DescendantsOf(root_)) {
      if (standing_.count(process.pid) > 0) found.insert(process.pid);
    }
    return found;
  }

  pid_t root_ = 0;
  std::set<pid_t> standing_;
};

TEST_F(ProcessTreeTest, FindsAndKillsAll) {
  EXPECT_EQ(Standing(), standing_);
  KillDescendants(root_);
  // The root ends when it has waited for the last of them.
  int status = 0;
  ASSERT_EQ(waitpid(root_, &status, 0), root_);
  EXPECT_EQ(status, 0);
}

TEST_F(ProcessTreeTest, ALaterProcessOfTheSameIdIsLeftAlone) {
  std::vector<ProcessIdentity> all = DescendantsOf(root_);
  for (ProcessIdentity& process : all) ++process.start_time;
  SignalProcesses(all, SIGKILL);
  EXPECT_EQ(Standing(), standing_);
  KillDescendants(root_);
  ASSERT_EQ(waitpid(root_, nullptr, 0), root_);
}

}  // namespace
}  // namespace provision
