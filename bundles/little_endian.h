#ifndef PROVISION_BUNDLES_LITTLE_ENDIAN_H_
#define PROVISION_BUNDLES_LITTLE_ENDIAN_H_

// Unsigned little-endian numbers in bytes, as zip and zstd have them.

#include <cassert>
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace provision {

// The number in the `size` bytes, at most eight, of `bytes` from `offset` on,
// which have to be there.
inline uint64_t LittleEndian(absl::string_view bytes, size_t offset,
                             size_t size) {
  assert(size <= 8 && offset <= bytes.size() && size <= bytes.size() - offset);
  uint64_t value = 0;
  for (size_t i = size; i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(bytes[offset + i]);
  }
  return value;
}

}  // namespace provision

#endif  // PROVISION_BUNDLES_LITTLE_ENDIAN_H_
