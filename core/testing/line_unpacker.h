#ifndef PROVISION_CORE_TESTING_LINE_UNPACKER_H_
#define PROVISION_CORE_TESTING_LINE_UNPACKER_H_

#include "core/api/archive.h"

namespace provision {

// The double for the archive reader: an archive is lines "NAME=CONTENT"; "evil"
// anywhere is refused.
class LineUnpacker final : public ArchiveUnpacker {
 public:
  absl::StatusOr<ArchiveListing> Scan(const ByteSource& archive,
                                      const ArchiveRules& rules) const override;
  absl::Status Unpack(const ByteSource& archive, const ArchiveRules& rules,
                      const ArchiveListing& listing,
                      Directory& destination) const override;
};

}  // namespace provision

#endif  // PROVISION_CORE_TESTING_LINE_UNPACKER_H_
