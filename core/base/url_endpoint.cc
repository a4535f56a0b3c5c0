#include "core/base/url_endpoint.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace provision {

absl::string_view AuthorityOfUrl(absl::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == absl::string_view::npos) return "";
  absl::string_view authority = url.substr(scheme + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  const size_t user = authority.rfind('@');
  if (user != absl::string_view::npos) authority.remove_prefix(user + 1);
  return authority;
}

std::string EndpointOfUrl(absl::string_view url) {
  const absl::string_view authority = AuthorityOfUrl(url);
  const absl::string_view scheme = url.substr(0, url.find("://"));
  if (!absl::StrContains(url, "://") || scheme == "file") return "";
  // The colons of an IPv6 address are in brackets.
  const bool has_port =
      absl::StrContains(authority, ":") && !absl::EndsWith(authority, "]");
  if (has_port) return std::string(authority);
  return absl::StrCat(authority, scheme == "https" ? ":443" : ":80");
}

}  // namespace provision
