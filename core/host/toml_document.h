#ifndef PROVISION_CORE_HOST_TOML_DOCUMENT_H_
#define PROVISION_CORE_HOST_TOML_DOCUMENT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/host/document.h"

namespace provision {

// Reads TOML 1.0. An error is `project/syntax` with its place in `file`, the
// name that messages use.
absl::StatusOr<DocumentNode> ParseToml(absl::string_view file,
                                       const std::string& text);

}  // namespace provision

#endif  // PROVISION_CORE_HOST_TOML_DOCUMENT_H_
