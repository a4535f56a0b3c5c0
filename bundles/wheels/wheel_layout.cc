#include "bundles/wheels/wheel_layout.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "bundles/name_rules.h"
#include "bundles/wheels/wheel_error.h"
#include "bundles/wheels/wheel_script.h"
#include "core/base/status_macros.h"
#include "core/host/python_version.h"

namespace provision {
namespace {

// What belongs to the environment itself. Case does not count, as it does not
// on every file system.
absl::Status CheckPlaced(const WheelScheme& scheme, absl::string_view path) {
  const std::string lower = absl::AsciiStrToLower(path);
  const std::vector<absl::string_view> parts = absl::StrSplit(lower, '/');
  const absl::string_view top = parts[0];
  if (lower == "pyvenv.cfg") {
    return ArchiveError(kWheelEscape, path, "the environment's own settings");
  }
  if ((top == "bin" || top == "scripts") && parts.size() > 1 &&
      IsReservedScript(parts[1])) {
    return ArchiveError(kWheelReserved, path,
                        "a name of the interpreter or of its activation");
  }
  const std::string site = absl::AsciiStrToLower(scheme.site_packages);
  const bool is_in_site = absl::StartsWith(lower, site + "/");
  const bool is_in_library =
      top == "lib64" ||
      (top == "lib" &&
       (parts.size() == 1 || absl::StartsWith(parts[1], "python")));
  if (is_in_library && !is_in_site) {
    return ArchiveError(kWheelEscape, path,
                        "among the interpreter's own files");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> PlacedPath(const WheelScheme& scheme,
                                       absl::string_view project,
                                       WheelArea area, absl::string_view path) {
  std::string placed;
  switch (area) {
    case WheelArea::kPurelib:
    case WheelArea::kPlatlib:
      // There nothing belongs to the environment itself.
      return absl::StrCat(scheme.site_packages, "/", path);
    case WheelArea::kScripts:
      placed = absl::StrCat("bin/", path);
      break;
    case WheelArea::kHeaders: {
      PROVISION_ASSIGN_OR_RETURN(PythonVersion version,
                                 PythonVersion::Parse(scheme.python_version));
      placed = absl::StrCat("include/site/python", version.ReleasePrefix(2),
                            "/", project, "/", path);
      break;
    }
    case WheelArea::kData:
      placed = std::string(path);
      break;
  }
  PROVISION_RETURN_IF_ERROR(CheckPlaced(scheme, placed));
  return placed;
}

absl::StatusOr<std::string> ListedPath(absl::string_view folder,
                                       absl::string_view listed) {
  std::vector<absl::string_view> parts = absl::StrSplit(folder, '/');
  absl::string_view rest = listed;
  while (!parts.empty() && absl::ConsumePrefix(&rest, "../")) parts.pop_back();
  parts.push_back(rest);
  const std::string path = absl::StrJoin(parts, "/");
  // A name with `..` in it is refused, also where there was one too many.
  if (CheckName(path, /*windows=*/false).ok()) return path;
  return ArchiveError(kWheelEscape, absl::StrCat("RECORD: ", listed),
                      "leads out of the environment");
}

std::string PathForRecord(absl::string_view folder, absl::string_view path) {
  const std::vector<absl::string_view> from = absl::StrSplit(folder, '/');
  const std::vector<absl::string_view> to = absl::StrSplit(path, '/');
  size_t same = 0;
  while (same < from.size() && same + 1 < to.size() && from[same] == to[same]) {
    ++same;
  }
  std::string text;
  for (size_t i = same; i < from.size(); ++i) absl::StrAppend(&text, "../");
  return absl::StrCat(text, absl::StrJoin(to.begin() + same, to.end(), "/"));
}

}  // namespace provision
