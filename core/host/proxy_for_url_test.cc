#include "core/host/proxy_for_url.h"

#include <map>
#include <string>
#include <vector>

#include "core/testing/fake_facts.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr absl::string_view kVariables[] = {
    "http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY",   "all_proxy",
    "ALL_PROXY",  "no_proxy",   "NO_PROXY",    "REQUEST_METHOD"};

using Environment = std::map<std::string, std::string>;

FakeFacts HostWith(const Environment& environment) {
  FakeFacts host;
  for (const absl::string_view name : kVariables) {
    const auto found = environment.find(std::string(name));
    if (found == environment.end()) {
      host.AddMissingVariable(name);
    } else {
      host.AddVariable(name, found->second);
    }
  }
  return host;
}

// "http://p:1 by http_proxy", "direct", or the error's message.
std::string Route(absl::string_view url, const Environment& environment) {
  FakeFacts host = HostWith(environment);
  Facts facts(host, {});
  const auto proxy = FindProxyForUrl(url, facts);
  if (!proxy.ok()) return std::string(proxy.status().message());
  if (!proxy->has_value()) return "direct";
  return absl::StrCat((*proxy)->url, " by ", (*proxy)->variable,
                      (*proxy)->has_login ? " with login" : "");
}

TEST(ProxyForUrlTest, Precedence) {
  struct Case {
    absl::string_view url;
    Environment environment;
    absl::string_view route;
  };
  const std::vector<Case> cases = {
      {"https://a.example/x", {}, "direct"},
      {"https://a.example/x", {{"http_proxy", "http://p:1"}}, "direct"},
      {"https://a.example/x",
       {{"HTTPS_PROXY", "http://upper:1"}, {"https_proxy", "http://lower:1"}},
       "http://lower:1 by https_proxy"},
      {"https://a.example/x",
       {{"HTTPS_PROXY", "http://upper:1"}, {"https_proxy", ""}},
       "http://upper:1 by HTTPS_PROXY"},
      {"https://a.example/x",
       {{"ALL_PROXY", "socks5h://p:1080"}},
       "socks5h://p:1080 by ALL_PROXY"},
      {"HTTP://a.example", {{"HTTP_PROXY", "p:1"}}, "http://p:1 by HTTP_PROXY"},
      {"http://a.example/",
       {{"HTTP_PROXY", "p:1"}, {"REQUEST_METHOD", "GET"}},
       "direct"},
      {"http://a.example/",
       {{"http_proxy", "p:1"}, {"REQUEST_METHOD", "GET"}},
       "http://p:1 by http_proxy"},
      {"file:///srv/a", {{"all_proxy", "http://p:1"}}, "direct"},
  };
  for (const Case& c : cases) EXPECT_EQ(Route(c.url, c.environment), c.route);
}

TEST(ProxyForUrlTest, WhatGoesPastIt) {
  struct Case {
    absl::string_view url, no_proxy;
    bool is_direct;
  };
  for (const Case& c : {
           Case{"https://a.corp.example/", "corp.example", true},
           Case{"https://user@a.corp.example:8443/x?y", ".corp.example", true},
           Case{"https://acorp.example/", "corp.example", false},
           Case{"https://10.1.2.3/", "10.0.0.0/8", true},
           Case{"https://[fd00::1]:443/", "fd00::1", true},
           Case{"https://b.example/", "*", true},
           Case{"https://localhost:8080/", "", true},
           Case{"https://127.8.8.8/", "", true},
           Case{"https://[::1]:8443/", "", true},
           Case{"https://b.example/", "", false},
       }) {
    const Environment lower = {{"https_proxy", "http://p:1"},
                               {"no_proxy", std::string(c.no_proxy)}};
    const Environment upper = {{"https_proxy", "http://p:1"},
                               {"NO_PROXY", std::string(c.no_proxy)}};
    EXPECT_EQ(Route(c.url, lower) == "direct", c.is_direct) << c.url;
    EXPECT_EQ(Route(c.url, upper) == "direct", c.is_direct) << c.url;
  }
}

TEST(ProxyForUrlTest, ALoginIsSaidAndNotShown) {
  for (const absl::string_view value :
       {"http://***@p.example:3128/", "***@p.example:3128"}) {
    EXPECT_EQ(
        Route("https://a.example/", {{"https_proxy", std::string(value)}}),
        "http://p.example:3128 by https_proxy with login");
  }
}

TEST(ProxyForUrlTest, AValueThatIsNoProxyNamesItsVariable) {
  for (const absl::string_view value :
       {"ftp://p:21", "http://", "DIRECT PROXY", "socks4://p:1080"}) {
    FakeFacts host = HostWith({{"HTTPS_PROXY", std::string(value)}});
    Facts facts(host, {});
    EXPECT_THAT(FindProxyForUrl("https://a.example/", facts),
                AllOf(HasDiagnosticId("net/proxy"),
                      StatusIs(absl::StatusCode::kInvalidArgument,
                               HasSubstr("HTTPS_PROXY: "))))
        << value;
  }
}

TEST(ProxyForUrlTest, OfAFetchAndOfARead) {
  FakeFacts host = HostWith({{"https_proxy", "http://***@p:1"}});
  Facts facts(host, {});
  ASSERT_OK_AND_ASSIGN(const auto proxy,
                       FindProxyForUrl("https://a.example/list", facts));
  Fetch fetch;
  SetProxy(proxy, &fetch);
  EXPECT_THAT(fetch, EqualsProto(R"pb(
                proxy: "http://p:1"
                proxy_login { env: "https_proxy" })pb"));
  FactQuery::HttpRead read;
  SetProxy(proxy, &read);
  EXPECT_THAT(read, EqualsProto(R"pb(
                proxy: "http://p:1"
                proxy_login: "https_proxy")pb"));
  Fetch direct;
  SetProxy(absl::nullopt, &direct);
  EXPECT_THAT(direct, EqualsProto(""));
}

}  // namespace
}  // namespace provision
