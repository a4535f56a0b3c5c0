#ifndef PROVISION_BUNDLES_TAR_SCANNER_H_
#define PROVISION_BUNDLES_TAR_SCANNER_H_

// Judges a tar, already decompressed, by the archive policy.

#include "absl/status/statusor.h"
#include "bundles/byte_stream.h"
#include "core/api/archive.h"

namespace provision {

// Reads all of `tar` and lists it, or refuses it at the first violation with
// the member, the reason and an id (archive_error.h). Memory: the listing.
absl::StatusOr<ArchiveListing> ScanTar(ByteStream& tar,
                                       const ArchiveRules& rules);

}  // namespace provision

#endif  // PROVISION_BUNDLES_TAR_SCANNER_H_
