#ifndef PROVISION_PLUGINS_PYTHON_PACKAGES_INSTALL_FAILURES_H_
#define PROVISION_PLUGINS_PYTHON_PACKAGES_INSTALL_FAILURES_H_

#include <vector>

#include "core/api/action.pb.h"

namespace provision {

// What the output of a uv or pip that failed tells of the reason; first match
// wins. Each pattern stays within one stream. pip has to be run with `-vv`:
// without it a page that is no index, a package that does not exist and wheels
// for other platforms all read the same.
std::vector<FailurePattern> InstallFailures();

}  // namespace provision

#endif  // PROVISION_PLUGINS_PYTHON_PACKAGES_INSTALL_FAILURES_H_
