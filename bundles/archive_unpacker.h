#ifndef PROVISION_BUNDLES_ARCHIVE_UNPACKER_H_
#define PROVISION_BUNDLES_ARCHIVE_UNPACKER_H_

// The archive reader that main hands to the core (core/api/archive.h): our scan
// judges, libarchive decodes and is compared with it, our writer writes.

#include <memory>

#include "core/api/archive.h"

namespace provision {

std::unique_ptr<ArchiveUnpacker> NewArchiveUnpacker();

}  // namespace provision

#endif  // PROVISION_BUNDLES_ARCHIVE_UNPACKER_H_
