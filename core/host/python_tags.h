#ifndef PROVISION_CORE_HOST_PYTHON_TAGS_H_
#define PROVISION_CORE_HOST_PYTHON_TAGS_H_

// Which wheels an interpreter takes, and which one it likes best (PEP 425, 600,
// 656): derived for any platform, never asked of the host.

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/api/lock.pb.h"
#include "core/host/python_marker.h"

namespace provision {

// All tags that CPython `minor` ("3.11") on `target` takes, the best first:
// "cp311-cp311-manylinux_2_36_x86_64".
std::vector<std::string> PythonTags(absl::string_view minor,
                                    const Lock::Target& target);

// The parts of a wheel's file name that say where it goes.
struct WheelTags {
  std::string name;  // as spelled there
  std::string version;
  std::string build;  // empty without one
  // Every combination: "py2.py3-none-any" is two.
  std::vector<std::string> tags;
};

// Nothing for a name that is no wheel's.
absl::optional<WheelTags> ParseWheelTags(absl::string_view file);

// The values that CPython of `full_version` ("3.11.7") on `target` has for the
// variables of markers. platform_release and platform_version are not among
// them: a target does not state them.
PythonMarkerEnvironment TargetMarkers(absl::string_view full_version,
                                      const Lock::Target& target);

}  // namespace provision

#endif  // PROVISION_CORE_HOST_PYTHON_TAGS_H_
