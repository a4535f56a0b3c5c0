#include "core/base/cgroup_layout.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/path.h"

namespace provision {
namespace {

// mountinfo writes space, tab, newline and backslash as \ooo.
std::string Unescape(absl::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    int value = 0;
    size_t digits = 0;
    if (text[i] == '\\') {
      while (digits < 3 && i + 1 + digits < text.size() &&
             text[i + 1 + digits] >= '0' && text[i + 1 + digits] <= '7') {
        value = value * 8 + (text[i + 1 + digits] - '0');
        ++digits;
      }
    }
    plain += digits == 3 ? static_cast<char>(value) : text[i];
    if (digits == 3) i += 3;
  }
  return plain;
}

}  // namespace

std::vector<CgroupHierarchy> ParseCgroupMounts(absl::string_view mountinfo) {
  std::vector<CgroupHierarchy> hierarchies;
  for (absl::string_view line : absl::StrSplit(mountinfo, '\n')) {
    // ID PARENT DEVICE ROOT MOUNT_POINT OPTIONS [TAGS] - TYPE SOURCE SUPER
    const std::vector<absl::string_view> fields = absl::StrSplit(line, ' ');
    const auto dash = std::find(fields.begin(), fields.end(), "-");
    if (fields.end() - dash < 4 || dash - fields.begin() < 6) continue;
    CgroupHierarchy hierarchy;
    hierarchy.root = Unescape(fields[3]);
    hierarchy.mount_point = Unescape(fields[4]);
    hierarchy.unified = dash[1] == "cgroup2";
    if (!hierarchy.unified && dash[1] != "cgroup") continue;
    if (!hierarchy.unified) {
      hierarchy.controllers = absl::StrSplit(dash[3], ',');
    }
    hierarchies.push_back(std::move(hierarchy));
  }
  return hierarchies;
}

std::map<std::string, std::string> ParseCgroupMembership(
    absl::string_view text) {
  std::map<std::string, std::string> paths;
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    // ID:CONTROLLERS:PATH; a path may hold colons.
    const std::vector<absl::string_view> fields =
        absl::StrSplit(line, absl::MaxSplits(':', 2));
    if (fields.size() != 3) continue;
    for (absl::string_view controller : absl::StrSplit(fields[1], ',')) {
      paths[std::string(controller)] = std::string(fields[2]);
    }
  }
  return paths;
}

absl::optional<std::string> CgroupFolder(const CgroupHierarchy& hierarchy,
                                         absl::string_view path) {
  if (!IsBelowOrSame(path, hierarchy.root)) return absl::nullopt;
  return NormalPath(absl::StrCat(hierarchy.mount_point, "/",
                                 RelativeTo(path, hierarchy.root)));
}

}  // namespace provision
