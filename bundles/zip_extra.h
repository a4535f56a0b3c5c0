#ifndef PROVISION_BUNDLES_ZIP_EXTRA_H_
#define PROVISION_BUNDLES_ZIP_EXTRA_H_

// The extra fields of a zip's member: the 64-bit values and the second name
// that may hide there.

#include <cstdint>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/api/archive.h"

namespace provision {

// Parses `extra`, all of it. `values` are the header's 32-bit fields, in the
// order size, compressed size, offset; saturated ones are replaced by their
// 64-bit values. `has_64` says whether there were any. Refused are a malformed
// field, one twice, an alternative name that is not `name`, encryption, and
// 64-bit values that are missing, contradict or are not needed (upstream they
// may repeat).
absl::Status ParseZipExtra(absl::string_view extra, absl::string_view name,
                           ArchiveProfile profile, absl::Span<uint64_t> values,
                           bool* has_64, std::set<std::string>* allowances);

}  // namespace provision

#endif  // PROVISION_BUNDLES_ZIP_EXTRA_H_
