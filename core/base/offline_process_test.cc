#include "core/base/offline_process.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

#include "core/testing/testing.h"

namespace provision {
namespace {

int OpenError(int family) {
  const int socket = ::socket(family, SOCK_STREAM, 0);
  if (socket < 0) return errno;
  close(socket);
  return 0;
}

// In a child, for there is no way back.
TEST(OfflineProcessTest, NoThreadOpensAnInternetSocket) {
  EXPECT_EXIT(
      {
        const absl::StatusOr<bool> held = HoldThisProcessOffline();
        int inet = 0;
        std::thread([&] { inet = OpenError(AF_INET); }).join();
        const bool good = held.ok() && *held && inet == EACCES &&
                          OpenError(AF_INET6) == EACCES &&
                          OpenError(AF_UNIX) == 0;
        _exit(good ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace provision
