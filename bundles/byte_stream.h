#ifndef PROVISION_BUNDLES_BYTE_STREAM_H_
#define PROVISION_BUNDLES_BYTE_STREAM_H_

// Bytes that come in order, once: a window of a source, or what a decompressor
// makes of one.

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "core/base/byte_source.h"

namespace provision {

class ByteStream {
 public:
  virtual ~ByteStream() = default;

  // Puts at least one byte into `out`, which is not empty, and returns how
  // many; 0 at the end only. After an error the stream is not read again.
  virtual absl::StatusOr<size_t> Read(absl::Span<char> out) = 0;
};

// Reads until `out` is full or the stream ends; returns how many bytes it put.
absl::StatusOr<size_t> ReadFull(ByteStream& stream, absl::Span<char> out);

// The `length` bytes of `source` from `offset` on. The source outlives it.
class SourceStream : public ByteStream {
 public:
  SourceStream(const ByteSource& source, uint64_t offset, uint64_t length)
      : source_(source), offset_(offset), left_(length) {}

  absl::StatusOr<size_t> Read(absl::Span<char> out) override;

 private:
  const ByteSource& source_;
  uint64_t offset_;
  uint64_t left_;
};

}  // namespace provision

#endif  // PROVISION_BUNDLES_BYTE_STREAM_H_
