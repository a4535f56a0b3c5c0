#include "core/testing/process_end.h"

#include <errno.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/descriptor.h"

namespace provision {

bool ProcessEnds(int pid) {
  const Descriptor process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!process.valid()) return errno == ESRCH;  // it is gone
  struct pollfd item = {process.get(), POLLIN, 0};
  return RetryInterrupted([&] { return poll(&item, 1, 10'000); }) == 1;
}

}  // namespace provision
