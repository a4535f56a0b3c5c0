#ifndef PROVISION_CORE_HOST_REQUIREMENT_OPTIONS_H_
#define PROVISION_CORE_HOST_REQUIREMENT_OPTIONS_H_

// The options of a line of a requirement file.

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace provision {

struct RequirementOptionRule {
  enum class Kind {
    kGlobal,       // on a line of its own
    kRequirement,  // behind a requirement
    kEditable,     // makes one
    kInclude,      // names a file
    kIgnored,      // on a line of its own, without effect here
  };
  absl::string_view name;  // the long one
  absl::string_view short_name;
  absl::string_view alias;
  bool takes_value;
  Kind kind;
};

struct ParsedOption {
  const RequirementOptionRule* rule = nullptr;
  std::string value;
  size_t begin = 0;        // of the option, in the line
  size_t value_begin = 0;  // of its value
};

// The options of `line` from `begin` on. Long names may be cut short as long as
// they are unique, as pip's may. The value of `-e` is taken as it stands, up to
// the next option: markers are not words of a shell. An error carries its
// offset (core/host/error_offset.h).
absl::StatusOr<std::vector<ParsedOption>> ParseRequirementOptions(
    absl::string_view line, size_t begin);

}  // namespace provision

#endif  // PROVISION_CORE_HOST_REQUIREMENT_OPTIONS_H_
