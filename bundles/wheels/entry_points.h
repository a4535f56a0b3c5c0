#ifndef PROVISION_BUNDLES_WHEELS_ENTRY_POINTS_H_
#define PROVISION_BUNDLES_WHEELS_ENTRY_POINTS_H_

// Which scripts a wheel asks for in entry_points.txt.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace provision {

// `name = module:attribute.of.it`, under [console_scripts] or [gui_scripts].
struct ScriptEntryPoint {
  std::string name;
  std::string module;      // "pkg.sub"
  std::string attributes;  // "Main.run"
  bool is_gui = false;
};

// The scripts of the two groups, in order; what other groups hold is not
// looked at. Names and object references that could put anything but
// identifiers into a script are `wheel/entry-point`.
absl::StatusOr<std::vector<ScriptEntryPoint>> ParseEntryPoints(
    absl::string_view text);

}  // namespace provision

#endif  // PROVISION_BUNDLES_WHEELS_ENTRY_POINTS_H_
