#include "core/base/url_endpoint.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace provision {

std::string EndpointOfUrl(absl::string_view url) {
  std::vector<std::string> parts =
      absl::StrSplit(url, absl::MaxSplits("://", 1));
  if (parts.size() != 2 || parts[0] == "file") return "";
  std::string authority = std::string(
      absl::string_view(parts[1]).substr(0, parts[1].find_first_of("/?#")));
  const size_t user = authority.rfind('@');
  if (user != std::string::npos) authority = authority.substr(user + 1);
  const size_t colon = authority.rfind(':');
  const bool has_port =
      colon != std::string::npos && !absl::EndsWith(authority, "]");
  if (has_port) return authority;
  return absl::StrCat(authority, parts[0] == "https" ? ":443" : ":80");
}

}  // namespace provision
