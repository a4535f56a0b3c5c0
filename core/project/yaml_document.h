#ifndef PROVISION_CORE_PROJECT_YAML_DOCUMENT_H_
#define PROVISION_CORE_PROJECT_YAML_DOCUMENT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/host/document.h"

namespace provision {

// Reads the first document of YAML, and so JSON as well. Aliases are followed;
// what grows beyond 100,000 values or 100 levels is refused. An error is
// `project/syntax` with its place in `file`, the name that messages use.
absl::StatusOr<DocumentNode> ParseYaml(absl::string_view file,
                                       const std::string& text);

}  // namespace provision

#endif  // PROVISION_CORE_PROJECT_YAML_DOCUMENT_H_
