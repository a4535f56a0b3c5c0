#ifndef PROVISION_BUNDLES_ZIP_END_H_
#define PROVISION_BUNDLES_ZIP_END_H_

// The records that end a zip and say where its central directory is.

#include <cstdint>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "core/api/archive.h"
#include "core/base/byte_source.h"

namespace provision {

struct ZipEnd {
  uint64_t members = 0;
  uint64_t directory_offset = 0;
  uint64_t directory_size = 0;
};

// Reads the one end record, which has to be the last thing in `zip`, and the
// 64-bit ones before it if there. Refused are other disks, a comment that is
// not printable or could be taken for a record, 64-bit records that contradict
// or that nothing needs (upstream they may repeat), and a directory that does
// not lie directly before them.
absl::StatusOr<ZipEnd> ReadZipEnd(const ByteSource& zip, ArchiveProfile profile,
                                  std::set<std::string>* allowances);

// The words of the permission for 64-bit fields that nothing needs.
inline constexpr char kNeedless64[] = "64-bit zip fields that repeat";

}  // namespace provision

#endif  // PROVISION_BUNDLES_ZIP_END_H_
