#include "core/base/source_hash.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr uint64_t kPiece = 256 << 10;

}  // namespace

absl::Status HashSource(const ByteSource& source, Sha256& hash) {
  std::vector<char> buffer(std::min(kPiece, source.size()));
  for (uint64_t offset = 0; offset < source.size();) {
    const size_t n = std::min<uint64_t>(kPiece, source.size() - offset);
    const absl::Span<char> piece = absl::MakeSpan(buffer).subspan(0, n);
    PROVISION_RETURN_IF_ERROR(source.ReadAt(offset, piece));
    hash.Update(absl::string_view(piece.data(), n));
    offset += n;
  }
  return absl::OkStatus();
}

}  // namespace provision
