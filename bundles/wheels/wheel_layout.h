#ifndef PROVISION_BUNDLES_WHEELS_WHEEL_LAYOUT_H_
#define PROVISION_BUNDLES_WHEELS_WHEEL_LAYOUT_H_

// Where in an environment the files of a wheel go.

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bundles/wheels/wheel.h"
#include "core/api/wheel_installer.h"

namespace provision {

// The path of a file of the wheel `project`, relative to the environment.
// `wheel/reserved` or `wheel/escape` if it would stand in for what belongs to
// the environment or its interpreter.
absl::StatusOr<std::string> PlacedPath(const WheelScheme& scheme,
                                       absl::string_view project,
                                       WheelArea area, absl::string_view path);

// A path that stands in a RECORD in `folder`, relative to the environment that
// `folder` is relative to; `wheel/escape` if it leads out of that.
absl::StatusOr<std::string> ListedPath(absl::string_view folder,
                                       absl::string_view listed);

// The other way round: how RECORD in `folder` names a path.
std::string PathForRecord(absl::string_view folder, absl::string_view path);

}  // namespace provision

#endif  // PROVISION_BUNDLES_WHEELS_WHEEL_LAYOUT_H_
