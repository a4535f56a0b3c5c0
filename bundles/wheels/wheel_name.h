#ifndef PROVISION_BUNDLES_WHEELS_WHEEL_NAME_H_
#define PROVISION_BUNDLES_WHEELS_WHEEL_NAME_H_

// What the file name of a wheel says:
//
//   numpy-1.26.4-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/host/python_version.h"

namespace provision {

struct WheelName {
  std::string project;  // as written
  PythonVersion version;
  std::string build;  // empty for none
  // Every combination of its tag sets: "cp311-cp311-manylinux_2_17_x86_64".
  std::vector<std::string> tags;
};

// Refuses what has not 5 or 6 parts, each of which is what it has to be
// (`wheel/name`).
absl::StatusOr<WheelName> ParseWheelName(absl::string_view file);

// Whether `stem`, the part before `.dist-info` or `.data`, names that project
// and version.
bool IsStemOf(const WheelName& name, absl::string_view stem);

}  // namespace provision

#endif  // PROVISION_BUNDLES_WHEELS_WHEEL_NAME_H_
