#ifndef PROVISION_CORE_BASE_SOURCE_HASH_H_
#define PROVISION_CORE_BASE_SOURCE_HASH_H_

#include "absl/status/status.h"
#include "core/base/byte_source.h"
#include "core/base/crypto.h"

namespace provision {

// Adds all bytes of `source` to `hash`, a piece at a time. An error of reading
// is the source's own; `hash` then holds some of them.
absl::Status HashSource(const ByteSource& source, Sha256& hash);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_SOURCE_HASH_H_
