#include "core/host/path_access.h"

#include <algorithm>

#include "core/base/path.h"

namespace provision {

NearestParent FindNearestParent(Facts& facts, absl::string_view path) {
  NearestParent parent;
  parent.path = std::string(path);
  do {
    parent.path = ParentPath(parent.path);
    parent.state = facts.Metadata(parent.path, /*follow=*/true);
  } while (parent.state.type() == PathState::ABSENT && parent.path != "/");
  return parent;
}

bool MayChangeNames(const FactValue::Host& host, const PathState& directory) {
  if (host.uid() == 0) return true;
  const bool in_group = directory.gid() == host.gid() ||
                        std::find(host.group().begin(), host.group().end(),
                                  directory.gid()) != host.group().end();
  const int shift = directory.uid() == host.uid() ? 6 : in_group ? 3 : 0;
  constexpr uint32_t kWriteAndSearch = 3;
  return ((directory.mode() >> shift) & kWriteAndSearch) == kWriteAndSearch;
}

bool NeedsRoot(Facts& facts, absl::string_view path) {
  const FactValue::Host host = facts.Host();
  return host.uid() != 0 &&
         !MayChangeNames(host, FindNearestParent(facts, path).state);
}

}  // namespace provision
