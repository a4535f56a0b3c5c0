#ifndef PROVISION_BUNDLES_WHEELS_METADATA_FIELDS_H_
#define PROVISION_BUNDLES_WHEELS_METADATA_FIELDS_H_

// The fields at the head of METADATA and WHEEL: `Name: numpy`, a line each,
// lines that begin with a space continue one, as in mail.

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace provision {

class MetadataFields {
 public:
  // Reads up to the first line that is empty or no field, as mail readers do.
  static MetadataFields Parse(absl::string_view text);

  // The value of a field that is there once; nullopt if it is not there or
  // there twice. Names are compared without case.
  absl::optional<std::string> Single(absl::string_view name) const;

  // Every value of a field, in order.
  std::vector<std::string> All(absl::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace provision

#endif  // PROVISION_BUNDLES_WHEELS_METADATA_FIELDS_H_
