#ifndef PROVISION_TOOLS_CRASH_TREE_SNAPSHOT_H_
#define PROVISION_TOOLS_CRASH_TREE_SNAPSHOT_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace provision {

// What is below a folder: path relative to it → "file 0644 0:0 CONTENT",
// "directory 0755 0:0", "link TARGET".
using TreeSnapshot = std::map<std::string, std::string>;

TreeSnapshot SnapshotTree(const std::string& folder);

// A line for each path that is not alike: "old: file 0644 0:0 new, not file
// ...".
std::vector<std::string> TreeDifferences(const TreeSnapshot& found,
                                         const TreeSnapshot& wanted);

// I3 (spec/reliability.md 14.3): files of `found` that are neither as in one of
// `versions` nor hold one of `contents`: half-made ones. Temporary names, and
// names that begin with "effect-", which belong to commands, may be.
std::vector<std::string> HalfMade(const TreeSnapshot& found,
                                  const std::vector<TreeSnapshot>& versions,
                                  const std::vector<std::string>& contents);

}  // namespace provision

#endif  // PROVISION_TOOLS_CRASH_TREE_SNAPSHOT_H_
