#include "core/base/local_console.h"

#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "core/testing/testing.h"

namespace provision {
namespace {

using Stream = Console::Stream;

// Descriptor 1 is `descriptor` as long as this lives.
class RedirectedOutput {
 public:
  explicit RedirectedOutput(int descriptor) : saved_(dup(STDOUT_FILENO)) {
    dup2(descriptor, STDOUT_FILENO);
  }
  ~RedirectedOutput() {
    dup2(saved_, STDOUT_FILENO);
    close(saved_);
  }

 private:
  const int saved_;
};

TEST(LocalConsoleTest, WritesToAPipeWhichIsNoTerminal) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  LocalConsole console;
  {
    RedirectedOutput redirected(ends[1]);
    console.Write(Stream::kOutput, "hello");
    EXPECT_FALSE(console.IsTerminal(Stream::kOutput));
    EXPECT_EQ(console.Columns(), 80);
  }
  EXPECT_OK(console.status());
  char buffer[16];
  EXPECT_EQ(read(ends[0], buffer, sizeof buffer), 5);
  EXPECT_EQ(std::string(buffer, 5), "hello");
  close(ends[0]);
  close(ends[1]);
}

TEST(LocalConsoleTest, KnowsTheWidthOfATerminal) {
  int primary, secondary;
  winsize size = {.ws_row = 24, .ws_col = 132, .ws_xpixel = 0, .ws_ypixel = 0};
  ASSERT_EQ(openpty(&primary, &secondary, nullptr, nullptr, &size), 0);
  {
    RedirectedOutput redirected(secondary);
    LocalConsole console;
    EXPECT_TRUE(console.IsTerminal(Stream::kOutput));
    EXPECT_EQ(console.Columns(), 132);
  }
  close(primary);
  close(secondary);
}

TEST(LocalConsoleTest, KeepsTheErrorOfAClosedPipe) {
  std::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  close(ends[0]);
  LocalConsole console;
  {
    RedirectedOutput redirected(ends[1]);
    console.Write(Stream::kOutput, "lost");
    console.Write(Stream::kOutput, "too");
  }
  EXPECT_THAT(console.status(),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       testing::HasSubstr("write standard output")));
  close(ends[1]);
}

}  // namespace
}  // namespace provision
