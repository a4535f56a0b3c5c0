#ifndef PROVISION_CORE_CLI_ERROR_CATALOG_H_
#define PROVISION_CORE_CLI_ERROR_CATALOG_H_

#include <vector>

#include "absl/strings/string_view.h"

namespace provision {

// The long form of an error id, for `provision explain area/id`.
struct ErrorEntry {
  absl::string_view id;
  absl::string_view text;
};

// Every id that the core gives, sorted. A provisioner's own are its README's.
const std::vector<ErrorEntry>& ErrorCatalog();

}  // namespace provision

#endif  // PROVISION_CORE_CLI_ERROR_CATALOG_H_
