#include "core/base/tcp_probe.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/descriptor.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

// A socket on a free port of loopback; it listens if asked to.
struct LoopbackPort {
  explicit LoopbackPort(bool listening)
      : socket_descriptor(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    struct sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* any = reinterpret_cast<struct sockaddr*>(&address);
    EXPECT_EQ(bind(socket_descriptor.get(), any, size), 0);
    if (listening) {
      EXPECT_EQ(listen(socket_descriptor.get(), 1), 0);
    }
    EXPECT_EQ(getsockname(socket_descriptor.get(), any, &size), 0);
    port = ntohs(address.sin_port);
  }

  Descriptor socket_descriptor;
  int port = 0;
};

TEST(TcpProbeTest, AnOpenPortAnswers) {
  LoopbackPort open(true);
  EXPECT_OK(ProbeTcp("127.0.0.1", open.port, absl::Seconds(10)));
}

TEST(TcpProbeTest, AClosedPortRefuses) {
  LoopbackPort closed(false);  // bound, so that nobody else gets it
  const absl::Status status =
      ProbeTcp("127.0.0.1", closed.port, absl::Seconds(10));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(status, HasDiagnosticId("net/connect"));
  EXPECT_EQ(DiagnosticFromStatus(status).detail(0).text(),
            "Connection refused");
}

TEST(TcpProbeTest, WithoutTimeThereIsNoAnswer) {
  // A listener whose queue is full answers nobody.
  LoopbackPort full(false);
  ASSERT_EQ(listen(full.socket_descriptor.get(), 0), 0);
  ASSERT_OK(ProbeTcp("127.0.0.1", full.port, absl::Seconds(10)));
  EXPECT_THAT(ProbeTcp("127.0.0.1", full.port, absl::Milliseconds(20)),
              HasDiagnosticId("net/timeout"));
}

TEST(TcpProbeTest, ANameWithoutAnAddress) {
  EXPECT_THAT(ProbeTcp("", 1, absl::Seconds(1)),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(ProbeTcp("not an address", 1, absl::Seconds(1)),
              HasDiagnosticId("net/dns"));
}

}  // namespace
}  // namespace provision
