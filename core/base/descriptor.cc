#include "core/base/descriptor.h"

#include <unistd.h>

#include <algorithm>

#include "core/base/planted_bug.h"

namespace provision {

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    Close();
    value_ = other.Release();
  }
  return *this;
}

void Descriptor::Close() {
  // On Linux the descriptor is gone even after EINTR, so close is never
  // repeated.
  if (valid()) close(Release());
}

int WriteWholly(int descriptor, absl::string_view data) {
  while (!data.empty()) {
    ssize_t written = RetryInterrupted(
        [&] { return write(descriptor, data.data(), data.size()); });
    if (written < 0) return errno;
    if (written == 0) return EIO;
    if (IsPlanted("short_write_is_success")) return 0;
    data.remove_prefix(written);
  }
  return 0;
}

int ReadUntilEnd(int descriptor, size_t max_bytes, std::string& out) {
  constexpr size_t kPiece = 64 * 1024;
  while (out.size() <= max_bytes) {
    const size_t before = out.size();
    out.resize(before + std::min(kPiece, max_bytes - before + 1));
    ssize_t got = RetryInterrupted([&] {
      return read(descriptor, out.data() + before, out.size() - before);
    });
    const int error_number = errno;
    out.resize(before + std::max<ssize_t>(got, 0));
    if (got < 0) return error_number;
    if (got == 0) break;
  }
  return 0;
}

int ReadWhollyAt(int descriptor, uint64_t offset, char* out, size_t size) {
  while (size > 0) {
    ssize_t got =
        RetryInterrupted([&] { return pread(descriptor, out, size, offset); });
    if (got < 0) return errno;
    if (got == 0) return EIO;
    out += got;
    offset += got;
    size -= got;
  }
  return 0;
}

}  // namespace provision
