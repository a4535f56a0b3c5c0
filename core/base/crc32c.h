#ifndef PROVISION_CORE_BASE_CRC32C_H_
#define PROVISION_CORE_BASE_CRC32C_H_

// CRC-32C (Castagnoli polynomial, reflected, as in iSCSI). It finds accidents,
// not attackers: for those, use a digest.

#include <cstdint>

#include "absl/strings/string_view.h"

namespace provision {

// CRC of `bytes`. `before` is the CRC of what precedes them, so that
// Crc32c(b, Crc32c(a)) is the CRC of a and b joined.
uint32_t Crc32c(absl::string_view bytes, uint32_t before = 0);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_CRC32C_H_
