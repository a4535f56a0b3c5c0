#ifndef PROVISION_BUNDLES_OCI_FIELDS_H_
#define PROVISION_BUNDLES_OCI_FIELDS_H_

// Takes the members of one JSON object one by one and refuses what is missing,
// of another type, or left over.
//
//   Fields fields(value, "config");
//   const std::string target = fields.Text("target");
//   PROVISION_RETURN_IF_ERROR(fields.End());

#include <cstdint>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "bundles/oci/json.h"

namespace provision {

// The first fault is kept; what is taken after it is empty.
class Fields {
 public:
  // `value` outlives this; `document` is what errors call it.
  Fields(const Json& value, absl::string_view document);

  // A member that is there and not empty.
  std::string Text(const std::string& name);
  // "" if it is not there.
  std::string OptionalText(const std::string& name);
  uint64_t Number(const std::string& name);
  // Of that type; an empty one where there is none.
  const Json& Object(const std::string& name);
  const Json& Array(const std::string& name);
  // nullptr if there is none.
  const Json* OptionalObject(const std::string& name);
  // "sha256:" and 64 lower-case digits; without the prefix.
  std::string Digest(const std::string& name);

  void Fail(absl::string_view reason);

  // `format/json` with the first fault.
  absl::Status End();

 private:
  const Json* Take(const std::string& name, Json::Type type, bool required);

  const Json& value_;
  const std::string document_;
  std::set<std::string> taken_;
  absl::Status status_;
};

}  // namespace provision

#endif  // PROVISION_BUNDLES_OCI_FIELDS_H_
