#ifndef PROVISION_BUNDLES_ZIP_DIRECTORY_H_
#define PROVISION_BUNDLES_ZIP_DIRECTORY_H_

// The members of a zip, from its central directory and the headers before each
// member, which have to agree (rule 12).

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/api/archive.h"
#include "core/base/byte_source.h"

namespace provision {

inline constexpr uint64_t kZipStored = 0;
inline constexpr uint64_t kZipDeflate = 8;
inline constexpr uint64_t kZipZstd = 93;

struct ZipMember {
  std::string path;  // checked; without the slash that ends a directory's
  bool is_directory = false;
  uint32_t mode = 0;  // permission bits
  uint64_t method = kZipStored;
  uint32_t crc = 0;
  uint64_t size = 0;
  uint64_t compressed_size = 0;
  uint64_t data_offset = 0;
};

// The members in the order of their data. The whole file is accounted for: end
// record, directory, and members that tile the rest without gap or overlap.
// Sizes are within the limits as declared; contents are not read.
absl::StatusOr<std::vector<ZipMember>> ReadZipDirectory(
    const ByteSource& zip, const ArchiveRules& rules,
    std::set<std::string>* allowances);

}  // namespace provision

#endif  // PROVISION_BUNDLES_ZIP_DIRECTORY_H_
