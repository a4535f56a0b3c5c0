#include "core/host/proxy_route.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "core/host/web_target.h"

namespace provision {
namespace {

using Names = std::vector<std::string>;

// Where a client looks, in its order. Names of one group are spellings of one
// variable.
struct Sources {
  std::vector<Names> http, https;
  Names no_proxy;
  // Of a group the first that is set decides, an empty one too; else the first
  // that has a value.
  bool empty_counts = false;
};

Sources SourcesOf(ProxyClient client) {
  const Names http = {"http_proxy", "HTTP_PROXY"};
  const Names https = {"https_proxy", "HTTPS_PROXY"};
  const Names all = {"all_proxy", "ALL_PROXY"};
  const Names no_proxy = {"no_proxy", "NO_PROXY"};
  switch (client) {
    case ProxyClient::kCurl:
      return {{{"http_proxy"}, all}, {https, all}, no_proxy};
    case ProxyClient::kWget:
      return {{{"http_proxy"}}, {{"https_proxy"}}, {"no_proxy"}};
    case ProxyClient::kUrllib:
      return {{http}, {https}, no_proxy, /*empty_counts=*/true};
    case ProxyClient::kRequests:
      return {{http, all}, {https, all}, no_proxy, /*empty_counts=*/true};
    case ProxyClient::kNpm:
      return {{https, http}, {https}, no_proxy};
    case ProxyClient::kGo:
      return {{{"HTTP_PROXY", "http_proxy"}},
              {{"HTTPS_PROXY", "https_proxy"}},
              {"NO_PROXY", "no_proxy"}};
    case ProxyClient::kHyperUtil:
      return {{{"HTTP_PROXY", "http_proxy"}, {"ALL_PROXY", "all_proxy"}},
              {{"HTTPS_PROXY", "https_proxy"}, {"ALL_PROXY", "all_proxy"}},
              {"NO_PROXY", "no_proxy"},
              /*empty_counts=*/true};
  }
  return {};
}

struct Setting {
  std::string variable = {};
  std::string value = {};
};

// The variable that decides: with a value, or with none if that hides another
// one that has; else no variable.
Setting Decide(const std::vector<Names>& groups, bool empty_counts,
               Facts& facts) {
  Setting hidden;
  for (const Names& group : groups) {
    Setting empty;
    for (const std::string& name : group) {
      const absl::optional<std::string> value = facts.Variable(name);
      if (!value.has_value()) continue;
      if (value->empty()) {
        if (empty_counts && empty.variable.empty()) empty.variable = name;
        continue;
      }
      if (empty.variable.empty()) return {name, *value};
      hidden = empty;
    }
  }
  return hidden;
}

// REQUEST_METHOD says that a web server started the program: there the header
// `Proxy:` of a request can set HTTP_PROXY (CVE-2016-5385).
void ApplyCgi(ProxyRoute* route) {
  if (route->client == ProxyClient::kHyperUtil) {
    route->proxy.clear();
    route->variable.clear();
    route->remark = "REQUEST_METHOD is set: no proxy variable is read";
  } else if (route->variable != "HTTP_PROXY") {
    return;
  } else if (route->client == ProxyClient::kGo) {
    route->remark = "REQUEST_METHOD is set: refuses to go on";
  } else if (route->client != ProxyClient::kNpm) {
    route->proxy.clear();
    route->variable.clear();
    route->remark = "REQUEST_METHOD is set: HTTP_PROXY is not read";
  }
}

ProxyRoute RouteOf(ProxyClient client, const WebTarget& target, Facts& facts) {
  const Sources sources = SourcesOf(client);
  const Setting proxy = Decide(target.is_secure ? sources.https : sources.http,
                               sources.empty_counts, facts);
  ProxyRoute route{client, proxy.value, proxy.variable};
  if (facts.Variable("REQUEST_METHOD").has_value()) ApplyCgi(&route);
  if (route.proxy.empty()) {
    if (!route.variable.empty()) {
      route.remark = absl::StrCat(route.variable,
                                  " is empty and hides its other spelling");
    }
    route.variable.clear();
    return route;
  }
  const Setting no_proxy =
      Decide({sources.no_proxy}, /*empty_counts=*/false, facts);
  const ProxyTarget reached{target.host, target.port};
  if (!BypassesProxy(client, reached, no_proxy.value)) return route;
  route.proxy.clear();
  route.variable = no_proxy.variable;
  if (BypassesProxy(client, reached, "")) {
    route.variable.clear();
    route.remark = "never proxies loopback";
  }
  return route;
}

}  // namespace

std::vector<ProxyRoute> ProxyRoutes(absl::string_view url, Facts& facts) {
  const absl::optional<WebTarget> target = ParseWebTarget(url);
  if (!target.has_value()) return {};
  std::vector<ProxyRoute> routes;
  for (const ProxyClient client : kProxyClients) {
    routes.push_back(RouteOf(client, *target, facts));
  }
  return routes;
}

}  // namespace provision
