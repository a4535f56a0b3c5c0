#ifndef PROVISION_CORE_API_PROPOSAL_H_
#define PROVISION_CORE_API_PROPOSAL_H_

// Adds the actions that bring files to a wanted state, and nothing where they
// already are: the part that every provisioner would otherwise write again.
// Each action carries what the facts saw there as `before`.
//
//   ActionList actions(facts);
//   actions.MakeDirectory("/srv/app", 0755);
//   actions.WriteFile("/srv/app/motd", "hello\n", 0644);
//   actions.AppendTo(proposal.mutable_action());

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/api/action.pb.h"
#include "core/api/facts.h"
#include "google/protobuf/repeated_ptr_field.h"

namespace provision {

struct Owner {
  absl::optional<uint32_t> uid = {};
  absl::optional<uint32_t> gid = {};
};

// Paths are absolute and normal. Remembers what it proposed, so that a file in
// a directory that an earlier action makes is new. Keeps `facts` by reference.
class ActionList {
 public:
  explicit ActionList(Facts& facts) : facts_(facts) {}

  // Parents that are missing are made with 0755 and no owner of their own, but
  // for those that an earlier step provides.
  void MakeDirectory(absl::string_view path, uint32_t mode,
                     const Owner& owner = {});
  void WriteFile(absl::string_view path, absl::string_view content,
                 uint32_t mode, const Owner& owner = {});
  // Always proposed, 0600, and without a digest of what is there: only the core
  // can compare a secret, at the moment of use.
  void WriteSecret(absl::string_view path, const SecretReference& secret,
                   const Owner& owner = {});
  void Link(absl::string_view path, absl::string_view target);
  void Remove(absl::string_view path, bool recursive);
  // Any other action; `before` is added for `path` if it is not empty.
  void Add(Action action, absl::string_view path = "");

  bool empty() const { return actions_.empty(); }
  const std::vector<Action>& actions() const { return actions_; }
  void AppendTo(google::protobuf::RepeatedPtrField<Action>* actions) const;

 private:
  // What will be at `path` once the actions so far are performed.
  PathState Current(absl::string_view path);
  void MakeParents(absl::string_view path);
  void Push(Action action, absl::string_view path, PathState before,
            PathState after);

  Facts& facts_;
  std::vector<Action> actions_;
  std::map<std::string, PathState> planned_;
};

// The fields of `state` that an action may compare: type, mode (but of a link),
// owner, content, target; without what always moves (inode, times).
PathState ComparableState(const PathState& state);

// Does `found` hold everything that `expected` sets?
bool StateMatches(const PathState& expected, const PathState& found);

// "file 0644 sha256:4a51ce60007a", "link to ../x", "nothing": for people.
std::string DescribeState(const PathState& state);

}  // namespace provision

#endif  // PROVISION_CORE_API_PROPOSAL_H_
