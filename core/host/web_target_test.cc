#include "core/host/web_target.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(WebTargetTest, Parses) {
  struct Case {
    absl::string_view url;
    bool is_secure;
    absl::string_view host, port;
  };
  for (const Case& c : {
           Case{"https://a.example", true, "a.example", ""},
           Case{"HTTP://A.example:81/x?y#z", false, "A.example", "81"},
           Case{"https://u:p@a.example:8443?q", true, "a.example", "8443"},
           Case{"https://[::1]/", true, "::1", ""},
           Case{"https://[fd00::1]:443/", true, "fd00::1", "443"},
       }) {
    const absl::optional<WebTarget> target = ParseWebTarget(c.url);
    ASSERT_TRUE(target.has_value()) << c.url;
    EXPECT_EQ(target->is_secure, c.is_secure) << c.url;
    EXPECT_EQ(target->host, c.host) << c.url;
    EXPECT_EQ(target->port, c.port) << c.url;
  }
}

TEST(WebTargetTest, RefusesWhatIsNone) {
  for (const absl::string_view url :
       {"", "a.example", "ftp://a.example/", "file:///a", "https://",
        "https:///x", "https://u@/x"}) {
    EXPECT_FALSE(ParseWebTarget(url).has_value()) << url;
  }
}

}  // namespace
}  // namespace provision
