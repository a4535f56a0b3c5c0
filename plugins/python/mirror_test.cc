#include "plugins/python/mirror.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/base/crypto.h"
#include "core/testing/fake_facts.h"
#include "core/testing/testing.h"
#include "plugins/python/python_host.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const PythonTarget kTarget = {"x86_64", "gnu"};
constexpr char kArchive[] =
    "cpython-3.11.7+20240107-x86_64-unknown-linux-gnu-install_only.tar.gz";

absl::StatusOr<Mirror> Open(PythonHost& host, absl::string_view mirror) {
  Facts facts = host.NewFacts();
  return OpenMirror(ParseText<PythonConfig>(mirror), kTarget, facts);
}

const PythonBuild& Build(const Mirror& mirror) {
  return *mirror.known.Find(*PythonVersion::Parse("3.11.7"));
}

TEST(OpenMirrorTest, AFolderHasWhatIsInIt) {
  PythonHost host;
  host.system().AddFile(absl::StrCat("/plan/my builds/20240107/", kArchive),
                        "12345");
  host.system().AddFile("/plan/my builds/notes.txt", "x");
  ASSERT_OK_AND_ASSIGN(Mirror mirror,
                       Open(host, "mirror { location: \"my builds\" }"));
  EXPECT_TRUE(mirror.is_folder);
  ASSERT_EQ(mirror.list.builds.size(), 1u);
  EXPECT_EQ(mirror.list.builds[0].version.ToString(), "3.11.7");
  EXPECT_THAT(mirror.Urls(Build(mirror)),
              ElementsAre("file:///plan/my%20builds/20240107/"
                          "cpython-3.11.7%2B20240107-x86_64-unknown-linux-gnu-"
                          "install_only.tar.gz"));
  const Fetch fetch = mirror.FetchOf(Build(mirror), "CPython");
  EXPECT_EQ(fetch.size(), 5u);
  EXPECT_EQ(fetch.sha256(), Build(mirror).sha256);
  EXPECT_FALSE(fetch.has_proxy());
  EXPECT_FALSE(mirror.endpoint().has_value());
}

TEST(OpenMirrorTest, AFolderMayBeFlat) {
  PythonHost host;
  host.system().AddFile(absl::StrCat("/m/", kArchive), "12345");
  for (const char* location : {"/m", "/m/", "file:///m"}) {
    ASSERT_OK_AND_ASSIGN(
        Mirror mirror,
        Open(host, absl::StrCat("mirror { location: \"", location, "\" }")));
    EXPECT_EQ(mirror.list.builds.size(), 1u) << location;
    EXPECT_THAT(mirror.Urls(Build(mirror)),
                ElementsAre(testing::StartsWith("file:///m/cpython-3.11.7")));
  }
}

TEST(OpenMirrorTest, AnAddressIsTriedInBothPlaces) {
  PythonHost host;
  ASSERT_OK_AND_ASSIGN(
      Mirror mirror,
      Open(host, "mirror { location: \"https://m.example:8443/py/\" }"));
  EXPECT_THAT(mirror.Urls(Build(mirror)),
              ElementsAre("https://m.example:8443/py/20240107/"
                          "cpython-3.11.7%2B20240107-x86_64-unknown-linux-gnu-"
                          "install_only.tar.gz",
                          "https://m.example:8443/py/"
                          "cpython-3.11.7%2B20240107-x86_64-unknown-linux-gnu-"
                          "install_only.tar.gz"));
  EXPECT_THAT(*mirror.endpoint(), EqualsProto(R"pb(
    host: "m.example"
    port: 8443
    scheme: "https"
    purpose: "builds of Python"
  )pb"));
  ASSERT_OK_AND_ASSIGN(mirror,
                       Open(host, "mirror { location: \"http://[::1]/x\" }"));
  EXPECT_EQ(mirror.endpoint()->host(), "[::1]");
  EXPECT_EQ(mirror.endpoint()->port(), 80);
}

TEST(OpenMirrorTest, TheVariableStandsIn) {
  PythonHost host;
  EXPECT_THAT(Open(host, ""), StatusIs(absl::StatusCode::kNotFound,
                                       "no mirror of builds is named"));
  host.system().SetVariable("UV_PYTHON_INSTALL_MIRROR", "https://v.example");
  EXPECT_EQ(Open(host, "")->location, "https://v.example");
  EXPECT_EQ(Open(host, "mirror { location: \"/m\" }")->location, "/m");
}

TEST(OpenMirrorTest, TheProxyOfTheCallerIsTaken) {
  PythonHost host;
  host.system().SetVariable("https_proxy", "http://u:p@proxy.example:3128");
  ASSERT_OK_AND_ASSIGN(
      Mirror mirror, Open(host, "mirror { location: \"https://m.example\" }"));
  const Fetch fetch = mirror.FetchOf(Build(mirror), "CPython");
  EXPECT_EQ(fetch.proxy(), "http://proxy.example:3128");
  EXPECT_EQ(fetch.proxy_login().env(), "https_proxy");
  EXPECT_FALSE(Open(host, "mirror { location: \"/m\" }")->proxy.has_value());
  host.system().SetVariable("https_proxy", "ftp://proxy.example:21");
  EXPECT_THAT(Open(host, "mirror { location: \"https://m.example\" }"),
              HasDiagnosticId("net/proxy"));
}

TEST(OpenMirrorTest, PolicyForbidsDownloadsButNoFolder) {
  PythonHost host;
  host.system().AddFile("/etc/uv/uv.toml", "python-downloads = \"manual\"\n");
  EXPECT_THAT(Open(host, "mirror { location: \"https://m.example\" }"),
              StatusIs(absl::StatusCode::kPermissionDenied,
                       "downloads are forbidden: python-downloads = "
                       "\"manual\" in /etc/uv/uv.toml"));
  EXPECT_OK(Open(host, "mirror { location: \"/m\" }"));
}

std::string List() {
  return absl::StrCat(
      R"({"k": {"name": "cpython", "arch": {"family": "x86_64"}, "os": "linux",
      "libc": "gnu", "major": 3, "minor": 11, "patch": 7, "prerelease": "",
      "variant": null, "url": "a.tar.gz", "sha256": ")",
      std::string(64, 'b'), R"("}})");
}

TEST(OpenMirrorTest, APinnedListIsReadFromTheFolder) {
  PythonHost host;
  host.system().AddFile("/m/builds.json", List());
  host.system().AddFile("/m/a.tar.gz", "1");
  const auto open = [&host](absl::string_view digest) {
    return Open(host, absl::StrCat("mirror { location: \"/m\" list_sha256: \"",
                                   digest, "\" list: \"builds.json\" }"));
  };
  ASSERT_OK_AND_ASSIGN(Mirror mirror, open(Sha256Hex(List())));
  ASSERT_EQ(mirror.list.builds.size(), 1u);
  EXPECT_EQ(mirror.list.builds[0].sha256, std::string(64, 'b'));
  EXPECT_THAT(open(std::string(64, '0')),
              StatusIs(absl::StatusCode::kDataLoss,
                       HasSubstr("is not the pinned one: its SHA-256 is " +
                                 Sha256Hex(List()))));
  host.system().RemoveTree("/m/builds.json");
  EXPECT_THAT(open(Sha256Hex(List())),
              StatusIs(absl::StatusCode::kUnavailable,
                       HasSubstr("the mirror's list cannot be read")));
}

// What the network answers to the list.
absl::StatusOr<Mirror> OpenWith(absl::string_view answer) {
  FakeFacts host;
  host.AddHost(1000, "/home/ada");
  for (const char* name : {"UV_PYTHON_DOWNLOADS", "XDG_CONFIG_HOME"}) {
    host.AddMissingVariable(name);
  }
  host.AddMissing("/etc/uv/uv.toml");
  host.AddMissing("/home/ada/.config/uv/uv.toml");
  FactQuery query;
  query.mutable_http_read()->set_url(
      "https://m.example/py/download-metadata.json");
  query.mutable_http_read()->set_max_bytes(16 << 20);
  host.Add(query, ParseText<FactValue>(answer));
  Facts facts(host, {});
  return OpenMirror(ParseText<PythonConfig>(absl::StrCat(
                        "mirror { location: \"https://m.example/py\" "
                        "list_sha256: \"",
                        Sha256Hex("<html>"), "\" }")),
                    kTarget, facts);
}

TEST(OpenMirrorTest, P6P7NetworkProxyAndMissingAreToldApart) {
  EXPECT_THAT(
      OpenWith(
          "absent { reason: UNREACHABLE text: 'm.example: no such host' }"),
      StatusIs(absl::StatusCode::kUnavailable,
               "network: m.example: no such host"));
  EXPECT_THAT(OpenWith("http_read { status: 407 }"),
              StatusIs(absl::StatusCode::kUnavailable,
                       "proxy authentication: the proxy for m.example wants "
                       "credentials"));
  EXPECT_THAT(OpenWith("http_read { status: 404 }"),
              StatusIs(absl::StatusCode::kUnavailable,
                       HasSubstr("m.example answers 404 for https://")));
  EXPECT_THAT(OpenWith("http_read { status: 200 body: '<html>' }"),
              StatusIs(absl::StatusCode::kDataLoss,
                       "the mirror's list: it is no JSON object"));
}

TEST(CheckMirrorTest, SaysWhatIsWrong) {
  const std::string digest(64, 'a');
  for (const std::string& right :
       {std::string("location: 'builds'"), std::string("location: '/m'"),
        std::string("location: 'https://m.example/py'"),
        std::string("location: 'file:///m'"),
        "location: 'm' list_sha256: '" + digest + "' list: 'l.json'"}) {
    EXPECT_OK(CheckMirror(ParseText<PythonConfig::Mirror>(right))) << right;
  }
  struct Case {
    const char* mirror;
    const char* why;
  };
  for (const Case& c : {
           Case{"", "no location"},
           Case{"location: 'ftp://m.example'", "neither a folder"},
           Case{"location: 'https://u:p@m.example'", "a password"},
           Case{"location: 'https://m.example/?x'", "of no folder"},
           Case{"location: 'https:///x'", "of no folder"},
           Case{"location: 'm' list_sha256: 'AB'", "64 digits"},
           Case{"location: 'm' list: 'l.json'", "not pinned"},
       }) {
    EXPECT_THAT(CheckMirror(ParseText<PythonConfig::Mirror>(c.mirror)),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(c.why)))
        << c.mirror;
  }
}

}  // namespace
}  // namespace provision
