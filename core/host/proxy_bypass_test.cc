#include "core/host/proxy_bypass.h"

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "core/testing/testing.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"

namespace provision {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;
using testing::SizeIs;

constexpr char kMatrix[] = "testdata/proxy/no_proxy_matrix.json";

std::vector<Struct> Rows() {
  std::ifstream stream(kMatrix, std::ios::binary);
  std::stringstream text;
  text << stream.rdbuf();
  Struct matrix;
  EXPECT_TRUE(
      google::protobuf::util::JsonStringToMessage(text.str(), &matrix).ok());
  std::vector<Struct> rows;
  for (const Value& row : matrix.fields().at("rows").list_value().values()) {
    rows.push_back(row.struct_value());
  }
  return rows;
}

// The column of a client: its key is the name with a version.
bool Column(const Struct& row, ProxyClient client) {
  for (const auto& [key, value] : row.fields()) {
    if (absl::StrContains(key, ProxyClientName(client))) {
      return value.bool_value();
    }
  }
  ADD_FAILURE() << "no column " << std::string(ProxyClientName(client));
  return false;
}

// Of "http://HOST:81/".
std::string HostOf(absl::string_view url) {
  absl::ConsumePrefix(&url, "http://");
  absl::ConsumeSuffix(&url, ":81/");
  absl::ConsumePrefix(&url, "[");
  absl::ConsumeSuffix(&url, "]");
  return std::string(url);
}

TEST(ProxyBypassTest, EveryClientInEveryRow) {
  const std::vector<Struct> rows = Rows();
  ASSERT_THAT(rows, SizeIs(44));
  for (const Struct& row : rows) {
    const std::string url = row.fields().at("url").string_value();
    const std::string no_proxy = row.fields().at("no_proxy").string_value();
    for (const ProxyClient client : kProxyClients) {
      EXPECT_EQ(BypassesProxy(client, {HostOf(url), "81"}, no_proxy),
                Column(row, client))
          << ProxyClientName(client) << ": " << url << " past \"" << no_proxy
          << "\"";
    }
  }
}

// The canonical value that `provision` would write: every client agrees.
TEST(ProxyBypassTest, CommasLowerCaseNoDotsAndAddressesOneByOne) {
  constexpr char kNoProxy[] = "localhost,127.0.0.1,::1,corp.example";
  for (const ProxyClient client : kProxyClients) {
    EXPECT_TRUE(BypassesProxy(client, {"localhost"}, kNoProxy));
    EXPECT_TRUE(BypassesProxy(client, {"127.0.0.1"}, kNoProxy));
    EXPECT_TRUE(BypassesProxy(client, {"pip.corp.example"}, kNoProxy));
    EXPECT_FALSE(BypassesProxy(client, {"notcorp.example"}, kNoProxy));
    EXPECT_FALSE(BypassesProxy(client, {"corp.example.org"}, kNoProxy));
  }
}

TEST(ProxyBypassTest, NothingButLoopbackOfGoPassesAnEmptyValue) {
  for (const ProxyClient client : kProxyClients) {
    EXPECT_FALSE(BypassesProxy(client, {"example.com"}, ""));
    EXPECT_EQ(BypassesProxy(client, {"127.0.0.1"}, ""),
              client == ProxyClient::kGo);
  }
}

}  // namespace
}  // namespace provision
