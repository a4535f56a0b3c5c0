// T9: one run per state directory, and none while a child of a killed run
// works.

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/testing/testing.h"
#include "tools/crash/crash_fixture.h"

namespace provision {
namespace {

constexpr int kLocked = 5;

// A command that tells its number through a fifo and waits for another.
constexpr char kWaits[] = "echo $$ > begun; read word < go";

constexpr char kPlan[] = R"(
name: "waits"
step {
  name: "waits"
  [provision.command] {
    argv: "/bin/sh"
    argv: "-c"
    argv: "$0; echo done > effect-waits"
    creates: "effect-waits"
  }
}
)";

class LockTest : public ::testing::Test {
 protected:
  void Prepare(absl::string_view command) {
    ReferencePlan plan;
    plan.text = absl::StrReplaceAll(kPlan, {{"$0", command}});
    ASSERT_OK(workspace_.Prepare(plan));
    for (const char* name : {"begun", "go"}) {
      ASSERT_EQ(mkfifo(Fifo(name).c_str(), 0600), 0);
    }
  }
  std::string Fifo(absl::string_view name) const {
    return absl::StrCat(workspace_.tree(), "/", name);
  }

  pid_t Start() const { return StartApply(workspace_); }
  // Ends it if its command begins: nobody would let that go.
  int ExitUnlessItBegins(pid_t child) const {
    const int begun = open(Fifo("begun").c_str(), O_RDONLY | O_NONBLOCK);
    const int process = static_cast<int>(syscall(SYS_pidfd_open, child, 0));
    pollfd either[] = {{process, POLLIN, 0}, {begun, POLLIN, 0}};
    EXPECT_GT(poll(either, 2, -1), 0);
    if (either[1].revents != 0) kill(child, SIGKILL);
    close(process);
    close(begun);
    return ExitCodeOf(child);
  }
  // Returns once a process has begun, which one.
  pid_t AwaitBegun() const {
    const int file = open(Fifo("begun").c_str(), O_RDONLY);
    char text[32] = {};
    EXPECT_GT(read(file, text, sizeof(text) - 1), 0);
    close(file);
    return std::atoi(text);
  }
  void LetGo() const {
    const int file = open(Fifo("go").c_str(), O_WRONLY);
    EXPECT_EQ(write(file, "go\n", 3), 3);
    close(file);
  }

  Workspace workspace_ = NewWorkspace();
};

TEST_F(LockTest, OfManyRunsOneWins) {
  for (const int count : {2, 16}) {
    SCOPED_TRACE(count);
    ASSERT_NO_FATAL_FAILURE(Prepare(kWaits));
    const pid_t winner = Start();
    AwaitBegun();
    std::vector<pid_t> others;
    for (int i = 1; i < count; ++i) others.push_back(Start());
    for (const pid_t other : others) EXPECT_EQ(ExitCodeOf(other), kLocked);
    LetGo();
    EXPECT_EQ(ExitCodeOf(winner), 0) << workspace_.Output();
    EXPECT_THAT(workspace_.Output(),
                ::testing::HasSubstr(absl::StrCat(winner)));
  }
}

TEST_F(LockTest, TogetherExactlyOneBegins) {
  ASSERT_NO_FATAL_FAILURE(Prepare(kWaits));
  std::vector<pid_t> all;
  for (int i = 0; i < 8; ++i) all.push_back(Start());
  AwaitBegun();
  LetGo();
  // Who comes after the first has ended finds nothing to do.
  int converged = 0;
  for (const pid_t one : all) {
    const int code = ExitCodeOf(one);
    EXPECT_TRUE(code == 0 || code == kLocked) << code << workspace_.Output();
    converged += code == 0;
  }
  EXPECT_GE(converged, 1);
}

TEST_F(LockTest, AnOrphanOfAKilledRunBlocksTheNext) {
  // In a session of its own, where neither a signal to a group nor the death of
  // its parent reaches it.
  ASSERT_NO_FATAL_FAILURE(
      Prepare(absl::StrCat("setsid sh -c '", kWaits, "' & wait")));
  const pid_t killed = Start();
  const pid_t orphan = AwaitBegun();
  kill(killed, SIGKILL);
  EXPECT_EQ(ExitCodeOf(killed), -1);
  ASSERT_EQ(ExitUnlessItBegins(Start()), kLocked) << workspace_.Output();
  EXPECT_THAT(workspace_.Output(), ::testing::HasSubstr(absl::StrCat(orphan)));
  const int process = static_cast<int>(syscall(SYS_pidfd_open, orphan, 0));
  ASSERT_GE(process, 0);
  LetGo();
  pollfd ended = {process, POLLIN, 0};
  ASSERT_EQ(poll(&ended, 1, 60'000), 1);
  close(process);
  const pid_t next = Start();
  AwaitBegun();
  LetGo();
  EXPECT_EQ(ExitCodeOf(next), 0) << workspace_.Output();
}

}  // namespace
}  // namespace provision
