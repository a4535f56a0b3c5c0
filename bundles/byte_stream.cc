#include "bundles/byte_stream.h"

#include <algorithm>

#include "core/base/status_macros.h"

namespace provision {

absl::StatusOr<size_t> ReadFull(ByteStream& stream, absl::Span<char> out) {
  size_t filled = 0;
  while (filled < out.size()) {
    PROVISION_ASSIGN_OR_RETURN(size_t n, stream.Read(out.subspan(filled)));
    if (n == 0) break;
    filled += n;
  }
  return filled;
}

absl::StatusOr<size_t> SourceStream::Read(absl::Span<char> out) {
  const size_t n = std::min<uint64_t>(left_, out.size());
  PROVISION_RETURN_IF_ERROR(source_.ReadAt(offset_, out.subspan(0, n)));
  offset_ += n;
  left_ -= n;
  return n;
}

}  // namespace provision
