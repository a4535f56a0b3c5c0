#ifndef PROVISION_CORE_TESTING_LINE_WHEELS_H_
#define PROVISION_CORE_TESTING_LINE_WHEELS_H_

#include <memory>
#include <string>
#include <vector>

#include "core/api/wheel_installer.h"

namespace provision {

// The double for the wheel installer: a wheel is lines "PATH=CONTENT", below
// site-packages but for "bin/..."; RECORD is the paths. "evil" anywhere is
// refused, "odd" is worth a warning.
class LineWheels final : public WheelInstaller {
 public:
  absl::StatusOr<std::unique_ptr<WheelTree>> Judge(
      absl::Span<const WheelInput> wheels, const WheelScheme& scheme,
      FileConflicts conflicts) const override;
  absl::StatusOr<std::vector<std::string>> ListedFiles(
      absl::string_view folder, absl::string_view record) const override;
};

}  // namespace provision

#endif  // PROVISION_CORE_TESTING_LINE_WHEELS_H_
