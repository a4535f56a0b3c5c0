#include "core/base/tcp_probe.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/descriptor.h"
#include "core/base/diagnostic.h"

namespace provision {
namespace {

absl::Duration Now() {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return absl::DurationFromTimespec(now);
}

// 0, or an errno value; ETIMEDOUT at `end`.
int Connect(const struct addrinfo& address, absl::Duration end) {
  Descriptor socket_descriptor(
      socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
             address.ai_protocol));
  if (!socket_descriptor.valid()) return errno;
  // After EINTR a connect goes on by itself, as after EINPROGRESS.
  if (connect(socket_descriptor.get(), address.ai_addr, address.ai_addrlen) ==
      0) {
    return 0;
  }
  if (errno != EINPROGRESS && errno != EINTR) return errno;
  struct pollfd item = {socket_descriptor.get(), POLLOUT, 0};
  int ready = -1;
  do {
    const absl::Duration left = end - Now();
    if (left <= absl::ZeroDuration()) return ETIMEDOUT;
    const struct timespec timeout = absl::ToTimespec(left);
    ready =
        ppoll(&item, 1, left == absl::InfiniteDuration() ? nullptr : &timeout,
              nullptr);
    if (ready < 0 && errno != EINTR) return errno;
  } while (ready < 0);
  if (ready == 0) return ETIMEDOUT;
  int error_number = 0;
  socklen_t size = sizeof(error_number);
  if (getsockopt(socket_descriptor.get(), SOL_SOCKET, SO_ERROR, &error_number,
                 &size) != 0) {
    return errno;
  }
  return error_number;
}

}  // namespace

absl::Status ProbeTcp(absl::string_view host, int port,
                      absl::Duration timeout) {
  const absl::Duration end = Now() + timeout;
  const std::string place = absl::StrCat(host, ":", port);
  struct addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  struct addrinfo* found = nullptr;
  const int failed = getaddrinfo(std::string(host).c_str(),
                                 absl::StrCat(port).c_str(), &hints, &found);
  if (failed != 0) {
    return DiagnosticError(absl::StatusCode::kUnavailable, "net/dns",
                           absl::StrCat(host, ": no address for this name"))
        .Found(gai_strerror(failed));
  }
  std::unique_ptr<struct addrinfo, void (*)(struct addrinfo*)> owned(
      found, &freeaddrinfo);
  int error_number = 0;
  for (const struct addrinfo* address = found; address != nullptr;
       address = address->ai_next) {
    error_number = Connect(*address, end);
    if (error_number == 0) return absl::OkStatus();
  }
  return DiagnosticError(
             absl::StatusCode::kUnavailable,
             error_number == ETIMEDOUT ? "net/timeout" : "net/connect",
             absl::StrCat(place, ": no connection"))
      .Found(std::strerror(error_number));
}

}  // namespace provision
