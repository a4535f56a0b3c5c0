#ifndef PROVISION_CORE_HOST_PYTHON_NAME_H_
#define PROVISION_CORE_HOST_PYTHON_NAME_H_

// Names of Python distributions and of their extras.

#include <string>

#include "absl/strings/string_view.h"

namespace provision {

// True for letters, digits and `._-` between a letter or digit at each end:
// what a distribution or an extra may be called.
bool IsPythonName(absl::string_view name);

// The one spelling by which names are compared (PEP 503, PEP 685): lower case,
// each run of `.`, `_` and `-` one `-`. `name` need not be a valid one.
std::string NormalizePythonName(absl::string_view name);

}  // namespace provision

#endif  // PROVISION_CORE_HOST_PYTHON_NAME_H_
