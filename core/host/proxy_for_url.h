#ifndef PROVISION_CORE_HOST_PROXY_FOR_URL_H_
#define PROVISION_CORE_HOST_PROXY_FOR_URL_H_

// The proxy by which `provision` itself reaches a URL, as the variables of the
// caller say. For what other programs do with the same variables there is
// proxy_bypass.h.

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/api/action.pb.h"
#include "core/api/fact.pb.h"
#include "core/api/facts.h"

namespace provision {

struct ProxyForUrl {
  std::string url = {};       // "http://proxy.example:3128", without a login
  std::string variable = {};  // that says so: "https_proxy"
  // The variable's value holds a login, which no record of facts has.
  bool has_login = false;
};

// Of a URL of http or https: `http_proxy` or `https_proxy`, else `all_proxy`,
// each in lower case before upper case; an empty one counts as none. A value
// without a scheme is of http. HTTP_PROXY does not count where REQUEST_METHOD
// is set: there a request's header can set it (CVE-2016-5385). nullopt: go
// straight. That is so for every loopback address and `localhost`, and for what
// `no_proxy` names by curl's rules. kInvalidArgument, `net/proxy`: the value is
// no proxy; the message names the variable.
absl::StatusOr<absl::optional<ProxyForUrl>> FindProxyForUrl(
    absl::string_view url, Facts& facts);

// Sets what `proxy` says, or nothing.
void SetProxy(const absl::optional<ProxyForUrl>& proxy, Fetch* fetch);
void SetProxy(const absl::optional<ProxyForUrl>& proxy,
              FactQuery::HttpRead* read);

}  // namespace provision

#endif  // PROVISION_CORE_HOST_PROXY_FOR_URL_H_
