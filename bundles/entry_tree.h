#ifndef PROVISION_BUNDLES_ENTRY_TREE_H_
#define PROVISION_BUNDLES_ENTRY_TREE_H_

// What the members of an archive make together (rules 4 and 6): each name once,
// nothing below a file or a link, no two names that some file system takes for
// one, and links that end inside.
//
//   EntryTree tree(rules, &allowances);
//   for each member: tree.Add(type, path, target)
//   tree.CheckLinks()

#include <cstdint>
#include <set>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/api/archive.h"

namespace provision {

class EntryTree {
 public:
  static constexpr int kMaxLinksFollowed = 8;

  // `allowances` is told when an upstream permission is used; it outlives this.
  EntryTree(const ArchiveRules& rules, std::set<std::string>* allowances)
      : rules_(rules), allowances_(*allowances) {}

  // Takes the next member, whose names were checked (CheckName).
  absl::Status Add(ArchiveEntry::Type type, absl::string_view path,
                   absl::string_view target = "");

  // Whether a file of this path was added.
  bool HasFile(absl::string_view path) const;

  // After the last member: follows every link, component by component.
  absl::Status CheckLinks() const;

 private:
  struct Node {
    ArchiveEntry::Type type;
    bool implied;
    std::string target;
  };

  absl::Status AddParents(absl::string_view path);
  absl::Status CheckCollision(absl::string_view path);
  absl::Status Follow(absl::string_view link) const;

  const ArchiveRules rules_;
  std::set<std::string>& allowances_;
  absl::flat_hash_map<std::string, Node> nodes_;
  // The name that first had this key.
  absl::flat_hash_map<std::u32string, std::string> canonical_;
  absl::flat_hash_map<std::u32string, std::string> caseless_;
};

}  // namespace provision

#endif  // PROVISION_BUNDLES_ENTRY_TREE_H_
