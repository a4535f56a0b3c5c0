#include "core/facts/network_facts.h"

#include <functional>

#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::Contains;

// Answers each request by a function.
class ScriptedClient final : public HttpClient {
 public:
  absl::StatusOr<HttpHead> Get(const HttpGet& request,
                               HttpSink& sink) override {
    last = request;
    if (request.proxy_login != nullptr) {
      login = std::string(request.proxy_login->Reveal());
    }
    if (!error.ok()) return error;
    HttpHead head;
    head.status = status;
    head.content_type = "text/plain";
    if (status == 200) {
      PROVISION_RETURN_IF_ERROR(sink.Begin(head));
      for (const std::string& piece : pieces) {
        PROVISION_RETURN_IF_ERROR(sink.Append(piece));
      }
    }
    return head;
  }

  HttpGet last;
  std::string login;
  absl::Status error;
  int status = 200;
  std::vector<std::string> pieces = {"one ", "two"};
};

class NetworkFactsTest : public testing::Test {
 protected:
  FactValue Http(const char* query) {
    return ReadHttpFact(system_, http_, ParseText<FactQuery::HttpRead>(query));
  }
  FactValue Tls(const char* query) {
    return ReadTlsFact(system_, http_, ParseText<FactQuery::TlsProbe>(query));
  }

  FakeSystem system_;
  ScriptedClient http_;
};

TEST_F(NetworkFactsTest, ABodyIsReadWhole) {
  system_.Advance(absl::Seconds(5));
  EXPECT_THAT(Http("url: 'http://h/x'"), EqualsProto(R"pb(
                http_read {
                  status: 200
                  content_type: "text/plain"
                  body: "one two"
                })pb"));
  EXPECT_EQ(http_.last.url, "http://h/x");
  EXPECT_EQ(http_.last.deadline, absl::Seconds(15));
  http_.status = 404;
  EXPECT_THAT(Http("url: 'http://h/x'"),
              EqualsProto("http_read { status: 404 content_type: 'text/plain' "
                          "body: '' }"));
}

TEST_F(NetworkFactsTest, TheProxysLoginIsReadFromItsVariable) {
  Http("url: 'http://h/x'");
  EXPECT_EQ(http_.last.proxy, "");
  EXPECT_EQ(http_.login, "");
  system_.SetVariable("https_proxy", "http://u:p@proxy.example:3128");
  Http(
      "url: 'http://h/x' proxy: 'http://proxy.example:3128' "
      "proxy_login: 'https_proxy'");
  EXPECT_EQ(http_.last.proxy, "http://proxy.example:3128");
  EXPECT_EQ(http_.login, "http://u:p@proxy.example:3128");
}

TEST_F(NetworkFactsTest, ABodyHasItsLimit) {
  EXPECT_TRUE(Http("url: 'http://h/x' max_bytes: 7").has_http_read());
  EXPECT_EQ(Http("url: 'http://h/x' max_bytes: 6").absent().reason(),
            FactValue::Absent::TOO_LARGE);
  http_.pieces.assign(2, std::string(600 << 10, 'x'));
  EXPECT_EQ(Http("url: 'http://h/x'").absent().reason(),
            FactValue::Absent::TOO_LARGE);
}

TEST_F(NetworkFactsTest, WhatIsNotReachedSaysSo) {
  http_.error = absl::UnavailableError("no route");
  EXPECT_THAT(Http("url: 'http://h/x'"),
              EqualsProto("absent { reason: UNREACHABLE text: 'no route' }"));
  EXPECT_EQ(Tls("host: 'h'").absent().reason(), FactValue::Absent::UNREACHABLE);
}

TEST_F(NetworkFactsTest, AHandshakeIsTrustedOrNot) {
  EXPECT_THAT(Tls("host: 'h'"), EqualsProto("tls_probe { trusted: true }"));
  EXPECT_EQ(http_.last.url, "https://h:443/");
  http_.status = 500;
  EXPECT_TRUE(Tls("host: 'fe80::1' port: 8443").tls_probe().trusted());
  EXPECT_EQ(http_.last.url, "https://[fe80::1]:8443/");
  http_.error = DiagnosticError(absl::StatusCode::kFailedPrecondition,
                                "net/tls-issuer", "who is that");
  EXPECT_THAT(Tls("host: 'h'"),
              EqualsProto("tls_probe { trusted: false text: 'who is that' }"));
}

TEST_F(NetworkFactsTest, NamesHaveAddresses) {
  FactQuery::NameResolution query;
  query.set_name("127.0.0.1");
  EXPECT_THAT(ReadNameFact(query).name_resolution().address(),
              Contains("127.0.0.1"));
  query.set_name("");
  EXPECT_TRUE(ReadNameFact(query).has_absent());
}

}  // namespace
}  // namespace provision
