#ifndef PROVISION_CORE_ACTIONS_DISTRIBUTION_FILES_H_
#define PROVISION_CORE_ACTIONS_DISTRIBUTION_FILES_H_

// The files of a distribution that is installed in an environment.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/api/wheel_installer.h"
#include "core/base/directory.h"

namespace provision {

// What its RECORD lists and what an interpreter compiled of that, relative to
// `environment`. `folder` is that of its metadata, relative, too. Without a
// RECORD, or with one that names other places, it cannot be taken out:
// `wheel/record`, `wheel/escape`.
absl::StatusOr<std::vector<std::string>> DistributionFiles(
    const WheelInstaller& installer, Directory& environment,
    absl::string_view folder);

}  // namespace provision

#endif  // PROVISION_CORE_ACTIONS_DISTRIBUTION_FILES_H_
