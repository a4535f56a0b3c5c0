#include "core/base/pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "core/base/diagnostic.h"

namespace provision {

absl::StatusOr<Pipe> NewPipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return ErrnoError(errno, "make a pipe");
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

}  // namespace provision
