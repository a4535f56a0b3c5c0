#ifndef PROVISION_CORE_BASE_FILE_URL_H_
#define PROVISION_CORE_BASE_FILE_URL_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace provision {

// The absolute path of a file URL without a host or with `localhost`, percent
// signs decoded once: "/a b" of "file:///a%20b". `net/url` (kInvalidArgument)
// for any other text, and for an encoded NUL.
absl::StatusOr<std::string> PathOfFileUrl(absl::string_view url);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_FILE_URL_H_
