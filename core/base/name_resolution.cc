#include "core/base/name_resolution.h"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"

namespace provision {

absl::StatusOr<std::vector<std::string>> ResolveName(const std::string& name) {
  addrinfo hints = {};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failed = getaddrinfo(name.c_str(), nullptr, &hints, &found);
  if (failed == EAI_NONAME || failed == EAI_NODATA) {
    return absl::NotFoundError(absl::StrCat(name, ": no such name"));
  }
  if (failed != 0) {
    return DiagnosticError(absl::StatusCode::kUnavailable, "net/dns",
                           absl::StrCat(name, ": ", gai_strerror(failed)));
  }
  std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(found, freeaddrinfo);
  std::vector<std::string> addresses;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    char text[NI_MAXHOST];
    if (getnameinfo(at->ai_addr, at->ai_addrlen, text, sizeof(text), nullptr, 0,
                    NI_NUMERICHOST) == 0 &&
        std::find(addresses.begin(), addresses.end(), text) ==
            addresses.end()) {
      addresses.emplace_back(text);
    }
  }
  return addresses;
}

}  // namespace provision
