#include "core/actions/display_path.h"

#include "absl/strings/str_cat.h"
#include "core/base/path.h"

namespace provision {

std::string DisplayPath(absl::string_view path, absl::string_view root,
                        FactReader& facts) {
  // A root of "/" would make every path relative.
  if (!root.empty() && root != "/" && IsBelowOrSame(path, root)) {
    return RelativeTo(path, root);
  }
  const std::string home = Facts(facts, {}).Host().home();
  if (home.size() > 1 && IsBelowOrSame(path, home)) {
    return absl::StrCat("~", path.substr(home.size()));
  }
  return std::string(path);
}

}  // namespace provision
