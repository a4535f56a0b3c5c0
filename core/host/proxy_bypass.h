#ifndef PROVISION_CORE_HOST_PROXY_BYPASS_H_
#define PROVISION_CORE_HOST_PROXY_BYPASS_H_

// NO_PROXY as each client reads it. No standard says what the variable means,
// and the clients differ: testdata/proxy has 44 values that were tried with the
// programs themselves, and each model below gives its column of them.

#include "absl/strings/string_view.h"

namespace provision {

enum class ProxyClient {
  kCurl,       // 7.88; CIDR since 7.86 (curl#9773)
  kWget,       // 1.21
  kUrllib,     // of CPython 3.11; pip asks requests, which asks it
  kRequests,   // 2.34
  kNpm,        // @npmcli/agent
  kGo,         // golang.org/x/net/http/httpproxy
  kHyperUtil,  // uv; reqwest#2579
};

// Every client, in the order above.
inline constexpr ProxyClient kProxyClients[] = {
    ProxyClient::kCurl,     ProxyClient::kWget, ProxyClient::kUrllib,
    ProxyClient::kRequests, ProxyClient::kNpm,  ProxyClient::kGo,
    ProxyClient::kHyperUtil};

// "curl", "hyper-util".
absl::string_view ProxyClientName(ProxyClient client);

// What the client compares with NO_PROXY.
struct ProxyTarget {
  // As the URL has it; an IPv6 address without its brackets.
  absl::string_view host;
  // As the URL has it; "" where it has none.
  absl::string_view port = {};
};

// Whether `client` goes past its proxy to reach `target`. `no_proxy` is the
// variable's value; "" bypasses nothing but what the client never proxies.
bool BypassesProxy(ProxyClient client, const ProxyTarget& target,
                   absl::string_view no_proxy);

}  // namespace provision

#endif  // PROVISION_CORE_HOST_PROXY_BYPASS_H_
