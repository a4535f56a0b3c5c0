#ifndef PROVISION_CORE_PROJECT_REQUIREMENT_READING_H_
#define PROVISION_CORE_PROJECT_REQUIREMENT_READING_H_

#include <string>

#include "absl/status/statusor.h"
#include "core/base/system.h"
#include "core/host/requirements_file.h"

namespace provision {

// The requirement file `path` (absolute) of this host, with all that it
// includes; `${NAME}` is the caller's variable. An error is one of the host.
absl::StatusOr<RequirementSet> ReadRequirementsOf(System& system,
                                                  const std::string& path);

// Calls files below `folder` in the places of `set` by their path from there.
void NameFilesFrom(const std::string& folder, RequirementSet* set);

}  // namespace provision

#endif  // PROVISION_CORE_PROJECT_REQUIREMENT_READING_H_
