#ifndef PROVISION_CORE_FACTS_FILE_FACTS_H_
#define PROVISION_CORE_FACTS_FILE_FACTS_H_

// The readers of files, directories and file systems. Paths are absolute.

#include "core/api/fact.pb.h"
#include "core/base/system.h"

namespace provision {

FactValue ReadFileFact(System& system, const FactQuery::File& query);
FactValue ReadMetadataFact(System& system, const FactQuery::Metadata& query);
// What disappears while it is read is left out; a directory that cannot be read
// is an answer for the whole listing.
FactValue ReadListingFact(System& system, const FactQuery::Listing& query);
FactValue ReadDigestFact(System& system, const FactQuery::Digest& query);
FactValue ReadFileSystemFact(System& system,
                             const FactQuery::FileSystem& query);
FactValue ReadMountsFact(System& system);

}  // namespace provision

#endif  // PROVISION_CORE_FACTS_FILE_FACTS_H_
