#ifndef PROVISION_CORE_BASE_URL_ENDPOINT_H_
#define PROVISION_CORE_BASE_URL_ENDPOINT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace provision {

// Of "https://user@host:8443/path?query" the "host:8443", as written; "" of
// what has no "://".
absl::string_view AuthorityOfUrl(absl::string_view url);

// "host:port" of a URL that is not a file, or "".
std::string EndpointOfUrl(absl::string_view url);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_URL_ENDPOINT_H_
