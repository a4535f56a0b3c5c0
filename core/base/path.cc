#include "core/base/path.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace provision {

std::string NormalPath(absl::string_view path) {
  const bool absolute = absl::StartsWith(path, "/");
  std::vector<absl::string_view> kept;
  for (absl::string_view part : absl::StrSplit(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      kept.push_back(part);
    } else if (!kept.empty() && kept.back() != "..") {
      kept.pop_back();
    } else if (!absolute) {
      kept.push_back(part);
    }
  }
  std::string joined = absl::StrJoin(kept, "/");
  if (absolute) return absl::StrCat("/", joined);
  return joined.empty() ? "." : joined;
}

std::string JoinPath(absl::string_view base, absl::string_view path) {
  if (absl::StartsWith(path, "/")) return NormalPath(path);
  return NormalPath(absl::StrCat(base, "/", path));
}

std::string ParentPath(absl::string_view path) {
  size_t slash = path.rfind('/');
  if (slash == absl::string_view::npos) return ".";
  return slash == 0 ? "/" : std::string(path.substr(0, slash));
}

std::string BaseName(absl::string_view path) {
  size_t slash = path.rfind('/');
  return std::string(slash == absl::string_view::npos ? path
                                                      : path.substr(slash + 1));
}

bool IsBelowOrSame(absl::string_view path, absl::string_view base) {
  if (base == "/") return absl::StartsWith(path, "/");
  return path == base ||
         (absl::StartsWith(path, base) && path[base.size()] == '/');
}

std::string RelativeTo(absl::string_view path, absl::string_view base) {
  if (path == base) return ".";
  if (!IsBelowOrSame(path, base)) return std::string(path);
  return std::string(path.substr(base == "/" ? 1 : base.size() + 1));
}

}  // namespace provision
