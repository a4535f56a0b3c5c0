#ifndef PROVISION_CORE_PROJECT_PYTHON_REQUEST_H_
#define PROVISION_CORE_PROJECT_PYTHON_REQUEST_H_

#include <string>

#include "absl/strings/string_view.h"

namespace provision {

// `text`, a version or a range, as a plan's `version` takes it; a lone major
// version becomes a range. Empty if it is neither.
std::string NormalPythonRequest(absl::string_view text);

// Whether one Python 3 fits both requests: a minor version is fitted by each of
// its patches. Both are what NormalPythonRequest gives.
bool PythonRequestsAgree(absl::string_view a, absl::string_view b);

}  // namespace provision

#endif  // PROVISION_CORE_PROJECT_PYTHON_REQUEST_H_
