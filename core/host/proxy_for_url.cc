#include "core/host/proxy_for_url.h"

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/diagnostic.h"
#include "core/base/http_client.h"
#include "core/base/ip_address.h"
#include "core/base/status_macros.h"
#include "core/host/proxy_bypass.h"
#include "core/host/web_target.h"

namespace provision {
namespace {

bool IsLoopback(const std::string& host) {
  const absl::optional<IpAddress> address = ParseIpAddress(host);
  return absl::EqualsIgnoreCase(host, "localhost") ||
         (address.has_value() && address->is_loopback());
}

// The first of `names` that has a value, with it; two empty texts if none has.
std::pair<std::string, std::string> FirstSet(
    const std::vector<std::string>& names, Facts& facts) {
  for (const std::string& name : names) {
    const std::string value = facts.Variable(name).value_or("");
    if (!value.empty()) return {name, value};
  }
  return {};
}

std::vector<std::string> ProxyVariables(bool is_secure, Facts& facts) {
  if (is_secure)
    return {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
  if (facts.Variable("REQUEST_METHOD").has_value()) {
    return {"http_proxy", "all_proxy", "ALL_PROXY"};
  }
  return {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"};
}

absl::StatusOr<ProxyForUrl> ParseProxy(const std::string& variable,
                                       absl::string_view value) {
  ProxyForUrl proxy;
  proxy.variable = variable;
  absl::string_view scheme = "http";
  if (const size_t end = value.find("://"); end != absl::string_view::npos) {
    scheme = value.substr(0, end);
    value.remove_prefix(end + 3);
  }
  absl::string_view authority = value.substr(0, value.find_first_of("/?#"));
  if (const size_t at = authority.rfind('@'); at != absl::string_view::npos) {
    proxy.has_login = true;
    authority.remove_prefix(at + 1);
  }
  proxy.url = absl::StrCat(scheme, "://", authority);
  const absl::Status status = CheckProxyUrl(proxy.url);
  if (status.ok()) return proxy;
  Diagnostic diagnostic = DiagnosticFromStatus(status);
  diagnostic.set_message(absl::StrCat(variable, ": ", diagnostic.message()));
  return StatusFromDiagnostic(status.code(), diagnostic);
}

}  // namespace

absl::StatusOr<absl::optional<ProxyForUrl>> FindProxyForUrl(
    absl::string_view url, Facts& facts) {
  const absl::optional<WebTarget> target = ParseWebTarget(url);
  if (!target.has_value() || IsLoopback(target->host)) return absl::nullopt;
  const auto [variable, value] =
      FirstSet(ProxyVariables(target->is_secure, facts), facts);
  if (variable.empty()) return absl::nullopt;
  const std::string no_proxy = FirstSet({"no_proxy", "NO_PROXY"}, facts).second;
  if (BypassesProxy(ProxyClient::kCurl, {target->host, target->port},
                    no_proxy)) {
    return absl::nullopt;
  }
  PROVISION_ASSIGN_OR_RETURN(ProxyForUrl proxy, ParseProxy(variable, value));
  return proxy;
}

void SetProxy(const absl::optional<ProxyForUrl>& proxy, Fetch* fetch) {
  if (!proxy.has_value()) return;
  fetch->set_proxy(proxy->url);
  if (proxy->has_login) fetch->mutable_proxy_login()->set_env(proxy->variable);
}

void SetProxy(const absl::optional<ProxyForUrl>& proxy,
              FactQuery::HttpRead* read) {
  if (!proxy.has_value()) return;
  read->set_proxy(proxy->url);
  if (proxy->has_login) read->set_proxy_login(proxy->variable);
}

}  // namespace provision
