#ifndef PROVISION_CORE_ACTIONS_TREE_STATE_H_
#define PROVISION_CORE_ACTIONS_TREE_STATE_H_

// The digest of a tree as an archive lists it and as it is on the disk.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "core/api/archive.h"
#include "core/base/directory.h"

namespace provision {

// TreeDigest without what lies in a `__pycache__`: interpreters write there
// whenever they run, and what they write is derived from the rest.
std::string SettledDigest(absl::Span<const ArchiveEntry> entries);

// The SettledDigest of what is below `directory`, every file read. Something
// that is no file, directory or link gives a digest that no listing has.
absl::StatusOr<std::string> DigestOfTree(Directory& directory);

// The same of what is at and below some paths in `directory`, which are sorted
// and keep their place in it; what is not there does not count.
absl::StatusOr<std::string> DigestOfPaths(
    Directory& directory, const std::vector<std::string>& paths);

}  // namespace provision

#endif  // PROVISION_CORE_ACTIONS_TREE_STATE_H_
