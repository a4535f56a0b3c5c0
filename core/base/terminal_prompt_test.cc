#include "core/base/terminal_prompt.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <string>

#include "core/base/descriptor.h"
#include "core/base/stop_requests.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

// A terminal of our own, and a process that asks at it. Its exit status says
// how that went.
class TerminalPromptTest : public testing::Test {
 protected:
  static constexpr int kRight = 40;
  static constexpr int kWrong = 41;
  static constexpr int kCancelled = 42;
  static constexpr int kError = 43;
  static constexpr int kEchoLost = 44;

  void SetUp() override {
    master_ = Descriptor(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    ASSERT_TRUE(master_.valid());
    ASSERT_EQ(grantpt(master_.get()), 0);
    ASSERT_EQ(unlockpt(master_.get()), 0);
    const std::string name = ptsname(master_.get());
    child_ = fork();
    if (child_ == 0) _exit(AskAt(name));
  }

  static int AskAt(const std::string& name) {
    setsid();
    Descriptor slave(open(name.c_str(), O_RDWR));  // becomes the terminal
    if (!slave.valid() || !InstallStopRequests().ok()) return 1;
    absl::StatusOr<Secret> answer = PromptAtTerminal("PIN?");
    struct termios after;
    if (tcgetattr(slave.get(), &after) != 0 || (after.c_lflag & ECHO) == 0) {
      return kEchoLost;
    }
    if (absl::IsCancelled(answer.status())) return kCancelled;
    if (!answer.ok()) return kError;
    return answer->Reveal() == "12 34" ? kRight : kWrong;
  }

  // Everything that the terminal shows until it shows `end`.
  std::string ReadUntil(absl::string_view end) {
    std::string shown;
    char byte = 0;
    while (shown.find(std::string(end)) == std::string::npos &&
           read(master_.get(), &byte, 1) == 1) {
      shown += byte;
    }
    return shown;
  }

  int ExitStatus() {
    int status = 0;
    EXPECT_EQ(waitpid(child_, &status, 0), child_);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  Descriptor master_;
  pid_t child_ = -1;
};

TEST_F(TerminalPromptTest, ReadsALineThatIsNotShown) {
  EXPECT_EQ(ReadUntil("PIN? "), "PIN? ");
  ASSERT_EQ(WriteWholly(master_.get(), "12 34\n"), 0);
  EXPECT_EQ(ReadUntil("\n"), "\r\n");
  EXPECT_EQ(ExitStatus(), kRight);
}

TEST_F(TerminalPromptTest, AnEndOfInputIsNoAnswer) {
  ReadUntil("PIN? ");
  ASSERT_EQ(WriteWholly(master_.get(), "\x04"), 0);
  EXPECT_EQ(ExitStatus(), kError);
}

TEST_F(TerminalPromptTest, AStopRequestEndsTheQuestion) {
  ReadUntil("PIN? ");
  kill(child_, SIGINT);
  EXPECT_EQ(ExitStatus(), kCancelled);
}

TEST(NoTerminalTest, ThereIsNobodyToAsk) {
  const pid_t child = fork();
  if (child == 0) {
    setsid();
    _exit(DiagnosticId(PromptAtTerminal("PIN?").status()) ==
                  "secret/unavailable"
              ? 0
              : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace provision
