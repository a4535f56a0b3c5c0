#ifndef PROVISION_CORE_BASE_BYTE_SOURCE_H_
#define PROVISION_CORE_BASE_BYTE_SOURCE_H_

// Bytes that can be read anywhere and do not change: what the readers of
// archives, bundles and journals work on, be it a file or memory.

#include <cstdint>
#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace provision {

class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Fixed for the life of the source.
  virtual uint64_t size() const = 0;

  // Fills `out` wholly with the bytes from `offset` on. kOutOfRange if there
  // are not as many, kUnavailable or the system's own code if reading fails.
  // Threads may read at once.
  virtual absl::Status ReadAt(uint64_t offset, absl::Span<char> out) const = 0;

 protected:
  // The answer to a read beyond the end, for implementations.
  absl::Status CheckRange(uint64_t offset, uint64_t length) const {
    if (offset <= size() && length <= size() - offset) return absl::OkStatus();
    return absl::OutOfRangeError(absl::StrCat("bytes ", offset, "+", length,
                                              " of a source of ", size()));
  }
};

// Bytes in memory, which the caller keeps alive.
class MemoryByteSource : public ByteSource {
 public:
  explicit MemoryByteSource(absl::string_view bytes) : bytes_(bytes) {}

  uint64_t size() const override { return bytes_.size(); }

  absl::Status ReadAt(uint64_t offset, absl::Span<char> out) const override {
    absl::Status in_range = CheckRange(offset, out.size());
    if (in_range.ok() && !out.empty()) {
      std::memcpy(out.data(), bytes_.data() + offset, out.size());
    }
    return in_range;
  }

 private:
  absl::string_view bytes_;
};

}  // namespace provision

#endif  // PROVISION_CORE_BASE_BYTE_SOURCE_H_
