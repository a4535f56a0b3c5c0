#include "core/base/terminal_prompt.h"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/descriptor.h"
#include "core/base/diagnostic.h"
#include "core/base/stop_requests.h"

namespace provision {
namespace {

constexpr size_t kMaxAnswer = 4096;

// What is typed stays invisible as long as this lives.
class EchoOff {
 public:
  explicit EchoOff(int terminal) : terminal_(terminal) {
    valid_ = tcgetattr(terminal, &before_) == 0;
    if (!valid_) return;
    struct termios silent = before_;
    silent.c_lflag &= ~(ECHO | ECHOE | ECHOK);
    silent.c_lflag |= ECHONL | ICANON;
    valid_ = tcsetattr(terminal, TCSAFLUSH, &silent) == 0;
  }
  ~EchoOff() {
    if (valid_) tcsetattr(terminal_, TCSAFLUSH, &before_);
  }
  bool valid() const { return valid_; }

 private:
  const int terminal_;
  bool valid_ = false;
  struct termios before_ = {};
};

// False after a stop request.
bool WaitForInput(int terminal) {
  struct pollfd items[] = {{terminal, POLLIN, 0},
                           {StopRequestDescriptor(1), POLLIN, 0}};
  RetryInterrupted([&] { return poll(items, 2, -1); });
  return items[1].revents == 0;
}

absl::Status NoTerminal(absl::string_view why) {
  return DiagnosticError(absl::StatusCode::kFailedPrecondition,
                         "secret/unavailable",
                         absl::StrCat("nobody can be asked: ", why))
      .Next("run it at a terminal, or use another source: env, file");
}

}  // namespace

absl::StatusOr<Secret> PromptAtTerminal(absl::string_view question) {
  Descriptor terminal(open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!terminal.valid()) return NoTerminal("there is no terminal");
  EchoOff echo_off(terminal.get());
  if (!echo_off.valid()) return NoTerminal("the terminal cannot be silenced");
  const int error_number =
      WriteWholly(terminal.get(), absl::StrCat(question, " "));
  if (error_number != 0) return ErrnoError(error_number, "write to /dev/tty");

  std::string answer;
  answer.reserve(kMaxAnswer);  // so that no copy of it is left behind
  while (answer.size() < kMaxAnswer) {
    if (!WaitForInput(terminal.get())) {
      Secret wiped(std::move(answer));
      return absl::CancelledError("stopped while asking");
    }
    char byte = 0;
    const ssize_t got =
        RetryInterrupted([&] { return read(terminal.get(), &byte, 1); });
    if (got < 0) return ErrnoError(errno, "read from /dev/tty");
    if (got == 0) return NoTerminal("it was closed");
    if (byte == '\n') return Secret(std::move(answer));
    answer += byte;
  }
  return absl::InvalidArgumentError("an answer of more than 4096 bytes");
}

}  // namespace provision
