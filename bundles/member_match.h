#ifndef PROVISION_BUNDLES_MEMBER_MATCH_H_
#define PROVISION_BUNDLES_MEMBER_MATCH_H_

// Compares how the two readers see a member.

#include "bundles/archive_reader.h"
#include "core/api/archive.h"

namespace provision {

// Whether libarchive's member is ours: name, type, size, target.
bool IsSameMember(const ReaderMember& theirs, const ArchiveEntry& ours);

// Whether it is the folder that all others are in, which our listings leave
// out.
bool IsRootMember(const ReaderMember& member);

}  // namespace provision

#endif  // PROVISION_BUNDLES_MEMBER_MATCH_H_
