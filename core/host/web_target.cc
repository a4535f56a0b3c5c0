#include "core/host/web_target.h"

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "core/base/url_endpoint.h"

namespace provision {

absl::optional<WebTarget> ParseWebTarget(absl::string_view url) {
  WebTarget target;
  target.is_secure = absl::StartsWithIgnoreCase(url, "https://");
  if (!target.is_secure && !absl::StartsWithIgnoreCase(url, "http://")) {
    return absl::nullopt;
  }
  absl::string_view authority = AuthorityOfUrl(url);
  const size_t colon = authority.rfind(':');
  // The colons of an IPv6 address are in brackets.
  if (colon != absl::string_view::npos && !absl::EndsWith(authority, "]")) {
    target.port = std::string(authority.substr(colon + 1));
    authority = authority.substr(0, colon);
  }
  absl::ConsumePrefix(&authority, "[");
  absl::ConsumeSuffix(&authority, "]");
  if (authority.empty()) return absl::nullopt;
  target.host = std::string(authority);
  return target;
}

}  // namespace provision
