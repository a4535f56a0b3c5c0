#include "core/base/ip_address.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(IpAddressTest, Parses) {
  EXPECT_EQ(ParseIpAddress("127.9.9.9")->bytes, "\x7f\x09\x09\x09");
  EXPECT_EQ(ParseIpAddress("0:0:0:0:0:0:0:1"), ParseIpAddress("::1"));
  EXPECT_EQ(ParseIpAddress("::1")->bytes.size(), 16);
}

TEST(IpAddressTest, RefusesWhatIsNone) {
  for (const absl::string_view text :
       {"", "127.9", "127.9.9.9:81", "127.9.9.256", "0x7f.0.0.1", "[::1]",
        "::1%lo", "example.com", "1::2::3"}) {
    EXPECT_FALSE(ParseIpAddress(text).has_value()) << text;
  }
}

TEST(IpAddressTest, Loopback) {
  EXPECT_TRUE(ParseIpAddress("127.255.0.1")->is_loopback());
  EXPECT_TRUE(ParseIpAddress("::1")->is_loopback());
  EXPECT_FALSE(ParseIpAddress("128.0.0.1")->is_loopback());
  EXPECT_FALSE(ParseIpAddress("::2")->is_loopback());
}

TEST(IpNetworkTest, Contains) {
  struct Case {
    absl::string_view network, address;
    bool contains;
  };
  for (const Case& c : {
           Case{"127.9.0.0/16", "127.9.9.9", true},
           Case{"127.9.1.2/16", "127.9.9.9", true},
           Case{"127.9.0.0/16", "127.10.9.9", false},
           Case{"127.9.9.8/31", "127.9.9.9", true},
           Case{"127.9.9.8/32", "127.9.9.9", false},
           Case{"0.0.0.0/0", "127.9.9.9", true},
           Case{"0.0.0.0/0", "::1", false},
           Case{"::1/128", "::1", true},
           Case{"fe80::/10", "febf::1", true},
           Case{"fe80::/10", "fec0::1", false},
       }) {
    EXPECT_EQ(ParseIpNetwork(c.network)->Contains(*ParseIpAddress(c.address)),
              c.contains)
        << c.network << " " << c.address;
  }
}

TEST(IpNetworkTest, RefusesWhatIsNone) {
  for (const absl::string_view text :
       {"127.9.0.0", "127.9.0.0/", "127.9.0.0/33", "127.9.0.0/-1",
        "127.9.0.0/+8", "127.9.0.0/255.255.0.0", "::1/129", "a.b/8", "/8"}) {
    EXPECT_FALSE(ParseIpNetwork(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace provision
