#include "core/base/script_run.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/descriptor.h"
#include "core/base/diagnostic.h"
#include "core/base/pipe.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr int kRequests = 3;
constexpr int kReplies = 4;

// Both ways at once, for neither side may fit a pipe.
absl::StatusOr<std::string> Converse(const std::string& input,
                                     size_t most_bytes, Descriptor writing,
                                     Descriptor reading) {
  fcntl(writing.get(), F_SETFL, O_NONBLOCK);
  std::string output;
  size_t written = 0;
  while (reading.valid()) {
    if (written == input.size()) writing.Close();
    struct pollfd items[] = {{reading.get(), POLLIN, 0},
                             {writing.get(), POLLOUT, 0}};
    if (RetryInterrupted([&] { return poll(items, 2, -1); }) < 0) {
      return ErrnoError(errno, "wait for the script");
    }
    if (items[1].revents != 0) {
      const ssize_t size = RetryInterrupted([&] {
        return write(writing.get(), input.data() + written,
                     input.size() - written);
      });
      if (size > 0) written += size;
      // It may answer without reading to the end.
      if (size < 0 && errno != EAGAIN) written = input.size();
    }
    if (items[0].revents == 0) continue;
    char bytes[64 << 10];
    const ssize_t size = RetryInterrupted(
        [&] { return read(reading.get(), bytes, sizeof(bytes)); });
    if (size <= 0) reading.Close();
    if (size > 0) output.append(bytes, size);
    if (output.size() > most_bytes) {
      return absl::OutOfRangeError(
          absl::StrCat("the script wrote more than ", most_bytes, " bytes"));
    }
  }
  return output;
}

}  // namespace

absl::StatusOr<std::string> RunHeldScript(int descriptor,
                                          const std::string& input,
                                          size_t most_bytes) {
  signal(SIGPIPE, SIG_IGN);
  PROVISION_ASSIGN_OR_RETURN(Pipe in, NewPipe());
  PROVISION_ASSIGN_OR_RETURN(Pipe out, NewPipe());
  const pid_t child = fork();
  if (child < 0) return ErrnoError(errno, "start the script");
  if (child == 0) {
    signal(SIGPIPE, SIG_DFL);
    dup2(in.reading.get(), STDIN_FILENO);
    dup2(out.writing.get(), STDOUT_FILENO);
    close(kRequests);
    close(kReplies);
    const char* const argv[] = {"script", nullptr};
    syscall(SYS_execveat, descriptor, "", argv, environ, AT_EMPTY_PATH);
    _exit(127);
  }
  in.reading.Close();
  out.writing.Close();
  absl::StatusOr<std::string> output = Converse(
      input, most_bytes, std::move(in.writing), std::move(out.reading));
  int status = 0;
  RetryInterrupted([&] { return waitpid(child, &status, 0); });
  if (!output.ok()) return output;
  if (WIFSIGNALED(status)) {
    return absl::UnknownError(absl::StrCat("the script was ended by signal ",
                                           WTERMSIG(status), " (",
                                           strsignal(WTERMSIG(status)), ")"));
  }
  if (WEXITSTATUS(status) != 0) {
    return absl::UnknownError(
        absl::StrCat("the script exited with status ", WEXITSTATUS(status)));
  }
  return output;
}

}  // namespace provision
