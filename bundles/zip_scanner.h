#ifndef PROVISION_BUNDLES_ZIP_SCANNER_H_
#define PROVISION_BUNDLES_ZIP_SCANNER_H_

// Judges a zip by the archive policy.

#include <vector>

#include "absl/status/statusor.h"
#include "bundles/zip_directory.h"
#include "core/api/archive.h"
#include "core/base/byte_source.h"

namespace provision {

// Reads all of `zip` and lists it, or refuses it at the first violation. The
// entries are in the order of ReadZipDirectory's members, one for one. Symlinks
// are refused whatever the rules say.
absl::StatusOr<ArchiveListing> ScanZip(const ByteSource& zip,
                                       const ArchiveRules& rules);

}  // namespace provision

#endif  // PROVISION_BUNDLES_ZIP_SCANNER_H_
