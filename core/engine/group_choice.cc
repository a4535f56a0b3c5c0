#include "core/engine/group_choice.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/path.h"

namespace provision {
namespace {

// What a kill may leave to recover, and what is held in memory at once.
constexpr size_t kMaxActions = 512;
constexpr size_t kMaxBytes = size_t{16} << 20;

}  // namespace

std::string BatchKey(const Action& action, const ActionHandlers& handlers) {
  if (action.batch().empty() || !handlers.Get(action).merges()) return "";
  return absl::StrCat(action.kind_case(), "/", action.batch());
}

bool GroupChoice::Take(const StepAction& action) {
  if (!handlers_.Get(action.action).has_halves()) return false;
  const std::string path = ActionPath(action.action);
  const size_t bytes = action.action.write_file().content().size();
  if (paths_.size() == kMaxActions || bytes_ + bytes > kMaxBytes ||
      Touches(path)) {
    return false;
  }
  paths_.insert(path);
  bytes_ += bytes;
  return true;
}

bool GroupChoice::Touches(const std::string& path) const {
  const auto below = paths_.lower_bound(absl::StrCat(path, "/"));
  if (below != paths_.end() && absl::StartsWith(*below, path + "/")) {
    return true;
  }
  for (std::string at = path; at.size() > 1; at = std::string(ParentPath(at))) {
    if (paths_.count(at) > 0) return true;
  }
  return false;
}

}  // namespace provision
