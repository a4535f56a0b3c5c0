#include "core/base/descriptor_stream.h"

#include <unistd.h>

#include <cerrno>

#include "core/base/descriptor.h"
#include "core/base/diagnostic.h"

namespace provision {

absl::StatusOr<std::string> DescriptorStream::Read() {
  std::string bytes(64 << 10, '\0');
  const ssize_t got = RetryInterrupted(
      [&] { return read(reading_, bytes.data(), bytes.size()); });
  if (got < 0) return ErrnoError(errno, "read a request");
  bytes.resize(got);
  return bytes;
}

absl::Status DescriptorStream::Write(absl::string_view bytes) {
  const int error = WriteWholly(writing_, bytes);
  return error == 0 ? absl::OkStatus() : ErrnoError(error, "write a reply");
}

}  // namespace provision
