#include "core/base/local_console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>

#include "core/base/diagnostic.h"

namespace provision {
namespace {

constexpr int kUsualColumns = 80;

int Descriptor(Console::Stream stream) {
  return stream == Console::Stream::kOutput ? STDOUT_FILENO : STDERR_FILENO;
}

absl::Status WriteAll(int descriptor, absl::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(written);
    } else if (errno != EINTR) {
      return ErrnoError(errno, descriptor == STDOUT_FILENO
                                   ? "write standard output"
                                   : "write standard error");
    }
  }
  return absl::OkStatus();
}

}  // namespace

void LocalConsole::Write(Stream stream, absl::string_view text) {
  absl::MutexLock lock(&mutex_);
  absl::Status& status =
      stream == Stream::kOutput ? output_status_ : error_status_;
  if (status.ok()) status = WriteAll(Descriptor(stream), text);
}

absl::Status LocalConsole::status() const {
  absl::MutexLock lock(&mutex_);
  return output_status_.ok() ? error_status_ : output_status_;
}

bool LocalConsole::IsTerminal(Stream stream) const {
  return isatty(Descriptor(stream)) == 1;
}

int LocalConsole::Columns() const {
  winsize size = {};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    return size.ws_col;
  }
  return kUsualColumns;
}

}  // namespace provision
