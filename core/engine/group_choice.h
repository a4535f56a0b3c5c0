#ifndef PROVISION_CORE_ENGINE_GROUP_CHOICE_H_
#define PROVISION_CORE_ENGINE_GROUP_CHOICE_H_

#include <cstddef>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "core/actions/action_handler.h"
#include "core/engine/step_action.h"

namespace provision {

// From so many actions on, a group is worth it (reliability.md 5.3).
inline constexpr size_t kMinGroup = 8;

// What `action` is performed as one with, whatever step asks for it: its kind
// and its `batch`. "": nothing, or its kind is not merged.
std::string BatchKey(const Action& action, const ActionHandlers& handlers);

// Chooses which actions may be performed as one group, one after the other, up
// to the first that may not.
//
//   GroupChoice group(handlers);
//   while (i < actions.size() && group.Take(actions[i])) ++i;
class GroupChoice {
 public:
  explicit GroupChoice(const ActionHandlers& handlers) : handlers_(handlers) {}

  // False, and nothing is taken: the kind cannot be grouped, its path is one of
  // those that were taken, or above or below one, or the group is full.
  bool Take(const StepAction& action);

 private:
  bool Touches(const std::string& path) const;

  const ActionHandlers& handlers_;
  std::set<std::string> paths_;
  size_t bytes_ = 0;
};

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_GROUP_CHOICE_H_
