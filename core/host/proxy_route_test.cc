#include "core/host/proxy_route.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/testing/fake_facts.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::IsEmpty;

using Environment = std::map<std::string, std::string>;

// A line per client: "curl p:1 by http_proxy", "go direct; remark".
std::string Routes(absl::string_view url, const Environment& environment) {
  FakeFacts host;
  for (const absl::string_view name :
       {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy",
        "ALL_PROXY", "no_proxy", "NO_PROXY", "REQUEST_METHOD"}) {
    const auto found = environment.find(std::string(name));
    if (found == environment.end()) {
      host.AddMissingVariable(name);
    } else {
      host.AddVariable(name, found->second);
    }
  }
  Facts facts(host, {});
  std::vector<std::string> lines;
  for (const ProxyRoute& route : ProxyRoutes(url, facts)) {
    lines.push_back(
        absl::StrCat(ProxyClientName(route.client), " ",
                     route.proxy.empty() ? "direct" : route.proxy,
                     route.variable.empty() ? "" : " by ", route.variable,
                     route.remark.empty() ? "" : "; ", route.remark));
  }
  return absl::StrJoin(lines, "\n");
}

TEST(ProxyRoutesTest, WithoutVariablesAllGoStraight) {
  EXPECT_EQ(Routes("https://a.example/", {}),
            "curl direct\nwget direct\nurllib direct\nrequests direct\n"
            "npm direct\ngo direct\nhyper-util direct");
}

TEST(ProxyRoutesTest, LowerAndUpperCase) {
  EXPECT_EQ(Routes("https://a.example/",
                   {{"https_proxy", "l:1"}, {"HTTPS_PROXY", "u:1"}}),
            "curl l:1 by https_proxy\nwget l:1 by https_proxy\n"
            "urllib l:1 by https_proxy\nrequests l:1 by https_proxy\n"
            "npm l:1 by https_proxy\ngo u:1 by HTTPS_PROXY\n"
            "hyper-util u:1 by HTTPS_PROXY");
}

TEST(ProxyRoutesTest, UpperCaseAloneOfHttp) {
  EXPECT_EQ(Routes("http://a.example/", {{"HTTP_PROXY", "u:1"}}),
            "curl direct\nwget direct\nurllib u:1 by HTTP_PROXY\n"
            "requests u:1 by HTTP_PROXY\nnpm u:1 by HTTP_PROXY\n"
            "go u:1 by HTTP_PROXY\nhyper-util u:1 by HTTP_PROXY");
}

TEST(ProxyRoutesTest, X12AnEmptyVariableHidesItsOtherSpelling) {
  EXPECT_EQ(
      Routes("http://a.example/", {{"HTTP_PROXY", ""}, {"http_proxy", "l:1"}}),
      "curl l:1 by http_proxy\nwget l:1 by http_proxy\n"
      "urllib l:1 by http_proxy\nrequests l:1 by http_proxy\n"
      "npm l:1 by http_proxy\ngo l:1 by http_proxy\n"
      "hyper-util direct; HTTP_PROXY is empty and hides its other "
      "spelling");
  EXPECT_EQ(Routes("https://a.example/",
                   {{"https_proxy", ""}, {"HTTPS_PROXY", "u:1"}}),
            "curl u:1 by HTTPS_PROXY\nwget direct\n"
            "urllib direct; https_proxy is empty and hides its other spelling\n"
            "requests direct; https_proxy is empty and hides its other "
            "spelling\n"
            "npm u:1 by HTTPS_PROXY\ngo u:1 by HTTPS_PROXY\n"
            "hyper-util u:1 by HTTPS_PROXY");
}

TEST(ProxyRoutesTest, X13AProgramOfAWebServer) {
  EXPECT_EQ(Routes("http://a.example/",
                   {{"HTTP_PROXY", "u:1"}, {"REQUEST_METHOD", "GET"}}),
            "curl direct\nwget direct\n"
            "urllib direct; REQUEST_METHOD is set: HTTP_PROXY is not read\n"
            "requests direct; REQUEST_METHOD is set: HTTP_PROXY is not read\n"
            "npm u:1 by HTTP_PROXY\n"
            "go u:1 by HTTP_PROXY; REQUEST_METHOD is set: refuses to go on\n"
            "hyper-util direct; REQUEST_METHOD is set: no proxy variable is "
            "read");
}

TEST(ProxyRoutesTest, AllProxyAndWhoPassesIt) {
  EXPECT_EQ(Routes("https://a.corp.example/",
                   {{"ALL_PROXY", "a:1"}, {"NO_PROXY", "*.corp.example"}}),
            "curl a:1 by ALL_PROXY\nwget direct\nurllib direct\n"
            "requests a:1 by ALL_PROXY\nnpm direct\ngo direct\n"
            "hyper-util a:1 by ALL_PROXY");
  EXPECT_EQ(Routes("https://a.corp.example/",
                   {{"https_proxy", "p:1"}, {"no_proxy", "corp.example"}}),
            "curl direct by no_proxy\nwget direct by no_proxy\n"
            "urllib direct by no_proxy\nrequests direct by no_proxy\n"
            "npm direct by no_proxy\ngo direct by no_proxy\n"
            "hyper-util direct by no_proxy");
}

// With the value that is right for most (host.md 2.6), N34.
TEST(ProxyRoutesTest, X22LoopbackOfIPv6) {
  EXPECT_EQ(
      Routes("http://[::1]:81/",
             {{"http_proxy", "p:1"}, {"no_proxy", "localhost,127.0.0.1,::1"}}),
      "curl direct by no_proxy\nwget direct by no_proxy\n"
      "urllib p:1 by http_proxy\nrequests direct by no_proxy\n"
      "npm p:1 by http_proxy\ngo direct; never proxies loopback\n"
      "hyper-util direct by no_proxy");
}

TEST(ProxyRoutesTest, OfOtherSchemesThereAreNone) {
  EXPECT_THAT(Routes("ftp://a.example/", {}), IsEmpty());
}

}  // namespace
}  // namespace provision
