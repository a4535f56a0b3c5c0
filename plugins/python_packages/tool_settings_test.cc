#include "plugins/python_packages/tool_settings.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/testing/fake_facts.h"
#include "core/testing/provisioner_golden.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::StartsWith;

std::vector<std::string> Describe(const ToolSettings& settings) {
  std::vector<std::string> lines;
  for (const EnvironmentVariable& variable : settings.environment) {
    lines.push_back(variable.name() + "=" + variable.value());
  }
  for (const RunSecret& secret : settings.secrets) {
    lines.push_back(secret.name() + " from " + secret.reference().env());
  }
  return lines;
}

std::vector<std::string> Settings(FakeFacts& host, bool is_uv,
                                  const char* config = "",
                                  const std::set<std::string>& names = {}) {
  Facts facts(host, GoldenScope());
  return Describe(ReadToolSettings(ParseText<PythonPackagesConfig>(config),
                                   is_uv, names, facts));
}

std::string Bundle(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&text,
                    "-----BEGIN CERTIFICATE-----\nx\n"
                    "-----END CERTIFICATE-----\n");
  }
  return text;
}

TEST(ToolSettingsTest, PipGetsItsOwnVariablesAndOneBundle) {
  FakeFacts host;
  host.AddVariable("PIP_INDEX_URL", "https://i.example/simple");
  host.AddVariable("CURL_CA_BUNDLE", "/c.pem");
  host.AddVariable("SSL_CERT_FILE", "/s.pem");
  host.AddVariable("https_proxy", "http://p.example:3128");
  host.AddVariable("UV_INDEX_URL", "https://u.example");
  EXPECT_THAT(
      Settings(host, false),
      ElementsAre("PIP_CERT=/c.pem", "PIP_INDEX_URL=https://i.example/simple",
                  "https_proxy=http://p.example:3128"));
}

TEST(ToolSettingsTest, PipsOwnBundleGoesFirst) {
  FakeFacts host;
  host.AddVariable("CURL_CA_BUNDLE", "/c.pem");
  host.AddVariable("PIP_CERT", "/p.pem");
  EXPECT_THAT(Settings(host, false), ElementsAre("PIP_CERT=/p.pem"));
}

TEST(ToolSettingsTest, AnIndexOfThePlanReplacesThatOfTheHost) {
  FakeFacts host;
  host.AddVariable("PIP_INDEX_URL", "https://i.example");
  host.AddVariable("PIP_EXTRA_INDEX_URL", "https://j.example");
  EXPECT_THAT(Settings(host, false, "index_url: 'https://plan.example'"),
              IsEmpty());
  EXPECT_THAT(Settings(host, false, "no_index: true"), IsEmpty());
}

TEST(ToolSettingsTest, UvTakesTheSystemsCertificatesAndCopies) {
  FakeFacts host;
  EXPECT_THAT(Settings(host, true),
              ElementsAre("UV_LINK_MODE=copy", "UV_NATIVE_TLS=true",
                          "UV_NO_PROGRESS=true", "UV_PYTHON_DOWNLOADS=never",
                          "UV_SYSTEM_CERTS=true"));
}

TEST(ToolSettingsTest, UvIsToldWhatPipIsTold) {
  FakeFacts host;
  host.AddVariable("PIP_INDEX_URL", "https://***@i.example");
  host.AddVariable("PIP_EXTRA_INDEX_URL", "https://j.example");
  host.AddVariable("PIP_FIND_LINKS", "/a  /b");
  EXPECT_THAT(
      Settings(host, true),
      IsSupersetOf({"UV_EXTRA_INDEX_URL=https://j.example",
                    "UV_FIND_LINKS=/a,/b", "UV_INDEX_URL from PIP_INDEX_URL"}));
  host.AddVariable("UV_DEFAULT_INDEX", "https://u.example");
  const auto own = Settings(host, true);
  EXPECT_THAT(own, Contains("UV_DEFAULT_INDEX=https://u.example"));
  EXPECT_THAT(own, Not(Contains("UV_INDEX_URL from PIP_INDEX_URL")));
}

TEST(ToolSettingsTest, ABundleForUvMustHoldThePublicRoots) {
  FakeFacts host;
  host.AddVariable("SSL_CERT_FILE", "/corp.pem");
  host.AddFile("/corp.pem", Bundle(1));
  host.AddVariable("REQUESTS_CA_BUNDLE", "/full.pem");
  host.AddFile("/full.pem", Bundle(12));
  Facts facts(host, GoldenScope());
  const ToolSettings settings =
      ReadToolSettings(PythonPackagesConfig(), true, {}, facts);
  EXPECT_THAT(Describe(settings), Contains("SSL_CERT_FILE=/full.pem"));
  ASSERT_EQ(settings.diagnostics.size(), 1);
  EXPECT_THAT(settings.diagnostics[0].message(),
              StartsWith("SSL_CERT_FILE names /corp.pem with 1 certificates"));
}

TEST(ToolSettingsTest, SecretsAreHandedOnByReference) {
  FakeFacts host;
  host.AddVariable("HTTPS_PROXY", "http://***@p.example:3128");
  FactQuery query;
  query.mutable_variable()->set_name("INDEX_TOKEN");
  FactValue value;
  value.mutable_variable()->set_withheld(true);
  host.Add(query, value);
  EXPECT_THAT(Settings(host, false, "", {"INDEX_TOKEN", "UNSET"}),
              ElementsAre("HTTPS_PROXY from HTTPS_PROXY",
                          "INDEX_TOKEN from INDEX_TOKEN"));
}

TEST(ToolSettingsTest, APipConfIsFoundUnlessAnIndexIsNamed) {
  FakeFacts host;
  host.AddHost(1000, "/home/ada");
  host.AddFile("/etc/pip.conf", "[global]\n");
  {
    Facts facts(host, GoldenScope());
    EXPECT_EQ(FindPipConfiguration(PythonPackagesConfig(), "/e", facts),
              "/etc/pip.conf");
    EXPECT_EQ(FindPipConfiguration(ParseText<PythonPackagesConfig>(
                                       "index_url: 'https://i.example'"),
                                   "/e", facts),
              absl::nullopt);
  }
  host.AddFile("/home/ada/.config/pip/pip.conf", "");
  {
    Facts facts(host, GoldenScope());
    EXPECT_EQ(FindPipConfiguration(PythonPackagesConfig(), "/e", facts),
              "/home/ada/.config/pip/pip.conf");
  }
  host.AddVariable("UV_INDEX", "https://u.example");
  Facts facts(host, GoldenScope());
  EXPECT_EQ(FindPipConfiguration(PythonPackagesConfig(), "/e", facts),
            absl::nullopt);
}

}  // namespace
}  // namespace provision
