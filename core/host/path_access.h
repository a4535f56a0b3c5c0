#ifndef PROVISION_CORE_HOST_PATH_ACCESS_H_
#define PROVISION_CORE_HOST_PATH_ACCESS_H_

// May the user of the host change this path, or does it take root? By owner and
// mode; access control lists are not looked at.

#include <string>

#include "absl/strings/string_view.h"
#include "core/api/facts.h"

namespace provision {

struct NearestParent {
  std::string path;
  // Links followed. Not a directory: something else is in the way.
  PathState state;
};

// The nearest directory above `path`, which is absolute and normal, of which
// the facts know something: there, or unreadable.
NearestParent FindNearestParent(Facts& facts, absl::string_view path);

// May `host`'s user make, replace and remove names in this directory?
bool MayChangeNames(const FactValue::Host& host, const PathState& directory);

// Whether making or replacing `path` takes root, given that `facts` were read
// by another user; false for root.
bool NeedsRoot(Facts& facts, absl::string_view path);

}  // namespace provision

#endif  // PROVISION_CORE_HOST_PATH_ACCESS_H_
