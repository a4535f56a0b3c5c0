#ifndef PROVISION_CORE_HOST_WEB_TARGET_H_
#define PROVISION_CORE_HOST_WEB_TARGET_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace provision {

// What of a URL of http or https decides how it is reached.
struct WebTarget {
  bool is_secure = false;
  std::string host = {};  // an IPv6 address without its brackets
  std::string port = {};  // as written; "" where it is the scheme's
};

// nullopt if `url` is of neither scheme or has no host.
absl::optional<WebTarget> ParseWebTarget(absl::string_view url);

}  // namespace provision

#endif  // PROVISION_CORE_HOST_WEB_TARGET_H_
