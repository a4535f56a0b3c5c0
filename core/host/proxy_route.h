#ifndef PROVISION_CORE_HOST_PROXY_ROUTE_H_
#define PROVISION_CORE_HOST_PROXY_ROUTE_H_

// How each client reaches a URL, as the variables of the caller say. What a
// tool's own files say comes on top of it and is not looked at here.

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/api/facts.h"
#include "core/host/proxy_bypass.h"

namespace provision {

struct ProxyRoute {
  ProxyClient client = ProxyClient::kCurl;
  // As the variable has it, logins masked; "" if the client goes straight.
  std::string proxy = {};
  // "https_proxy"; of a straight way "no_proxy", or "" if nothing names a
  // proxy.
  std::string variable = {};
  // What is odd about it: "HTTPS_PROXY is empty and hides https_proxy".
  std::string remark = {};
};

// Of a URL of http or https, one per client in the order of kProxyClients;
// empty if it is of neither. Rules: host.md 2.3 and 2.6.
std::vector<ProxyRoute> ProxyRoutes(absl::string_view url, Facts& facts);

}  // namespace provision

#endif  // PROVISION_CORE_HOST_PROXY_ROUTE_H_
