#ifndef PROVISION_CORE_HOST_PYTHON_REQUIREMENT_H_
#define PROVISION_CORE_HOST_PYTHON_REQUIREMENT_H_

// One requirement by name, as PEP 508 writes it:
//
//   requests[socks]>=2.8.1,<3 ; python_version < "3.13"
//   pkg @ https://index.example/pkg-1.0-py3-none-any.whl ; os_name == "posix"

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/host/python_marker.h"
#include "core/host/python_specifier.h"

namespace provision {

struct PythonRequirement {
  std::string name;                 // as written
  std::vector<std::string> extras;  // as written, in their order
  PythonSpecifierSet specifier;     // empty with a URL
  std::string url;                  // empty without one
  absl::optional<PythonMarker> marker;

  // Normalised: extras sorted and spelled as names are compared.
  std::string ToString() const;

  // Whether it holds in `environment` when its distribution is asked for with
  // `extras`: without a marker always, else when the marker holds for one of
  // the extras or for none. Errors are those of PythonMarker::Evaluate.
  absl::StatusOr<bool> Applies(const PythonMarkerEnvironment& environment,
                               const std::vector<std::string>& extras) const;
};

// Reads the whole of `text`. An error carries the offset of what is wrong
// (core/host/error_offset.h).
absl::StatusOr<PythonRequirement> ParsePythonRequirement(
    absl::string_view text);

// The names between the brackets of `[a, b]`, which `text` is the whole of.
absl::StatusOr<std::vector<std::string>> ParsePythonExtras(
    absl::string_view text);

}  // namespace provision

#endif  // PROVISION_CORE_HOST_PYTHON_REQUIREMENT_H_
