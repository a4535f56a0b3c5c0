#include "core/base/url_endpoint.h"

#include "gtest/gtest.h"

namespace provision {
namespace {

TEST(UrlEndpointTest, HostAndPort) {
  const struct {
    const char* url;
    const char* endpoint;
  } kCases[] = {{"https://a.example/x", "a.example:443"},
                {"http://a.example", "a.example:80"},
                {"https://a.example:8443/x?y", "a.example:8443"},
                {"https://user:secret@a.example/x", "a.example:443"},
                {"http://[::1]/x", "[::1]:80"},
                {"http://[::1]:8080/x", "[::1]:8080"},
                {"file:///srv/mirror", ""},
                {"nonsense", ""}};
  for (const auto& c : kCases) EXPECT_EQ(EndpointOfUrl(c.url), c.endpoint);
}

}  // namespace
}  // namespace provision
