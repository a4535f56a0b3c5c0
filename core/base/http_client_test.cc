// What needs TLS, and what is about one exchange only; the rest of the fault
// script is in download_test.cc.

#include "core/base/http_client.h"

#include "absl/strings/str_cat.h"
#include "core/testing/fake_system.h"
#include "core/testing/scripted_server.h"
#include "core/testing/testing.h"
#include "core/testing/tls_server.h"

namespace provision {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class StringSink : public HttpSink {
 public:
  absl::Status Begin(const HttpHead& head) override {
    begun = head.status;
    return absl::OkStatus();
  }
  absl::Status Append(absl::string_view bytes) override {
    absl::StrAppend(&body, bytes);
    return absl::OkStatus();
  }
  int begun = 0;
  std::string body;
};

class HttpClientTest : public testing::Test {
 protected:
  absl::StatusOr<HttpHead> Get(const HttpGet& request) {
    return client_->Get(request, sink_);
  }

  FakeSystem system_;
  std::unique_ptr<HttpClient> client_ = NewHttpClient(system_);
  StringSink sink_;
};

TEST_F(HttpClientTest, HeadOfTheLastResponse) {
  ScriptedServer server(
      {Answer("HTTP/1.1 100 Continue\r\nETag: \"interim\"\r\n\r\n"
              "HTTP/1.1 200 OK\r\nContent-Length: 2\r\ncontent-type: a/b\r\n"
              "Last-Modified: yesterday\r\nRetry-After: 5\r\n\r\nhi")});
  ASSERT_OK_AND_ASSIGN(HttpHead head, Get({.url = server.Url("/x?y=z")}));
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.url, server.Url("/x?y=z"));
  EXPECT_EQ(head.etag, "");
  EXPECT_EQ(head.content_type, "a/b");
  EXPECT_EQ(head.last_modified, "yesterday");
  EXPECT_EQ(head.retry_after, "5");
  EXPECT_EQ(head.content_length, 2u);
  EXPECT_EQ(sink_.body, "hi");
  EXPECT_THAT(server.requests()[0], HasSubstr("GET /x?y=z HTTP/1.1\r\n"));
}

TEST_F(HttpClientTest, BodiesOfFailuresDoNotReachTheSink) {
  ScriptedServer server({[](ScriptedConnection& c, const std::string&) {
    c.Send("HTTP/1.1 404 Not Found\r\n\r\n");
    for (int i = 0; i < 1000; ++i) c.Send(std::string(10000, 'x'));
  }});
  ASSERT_OK_AND_ASSIGN(HttpHead head, Get({.url = server.Url("/")}));
  EXPECT_EQ(head.status, 404);
  EXPECT_EQ(sink_.begun, 0);
  EXPECT_EQ(sink_.body, "");
}

TEST_F(HttpClientTest, AnEmptyBodyBeginsToo) {
  ScriptedServer server(
      {Answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")});
  ASSERT_OK(Get({.url = server.Url("/")}));
  EXPECT_EQ(sink_.begun, 200);
}

TEST_F(HttpClientTest, PrintableUrlsHoldNoSecret) {
  EXPECT_EQ(PrintableUrl("https://user:pw@h.example:8443/a/b?token=1#f"),
            "https://h.example:8443/a/b");
  EXPECT_EQ(PrintableUrl("not a url"), "a URL that cannot be read");
}

// ---- TLS ----

constexpr char kBody[] = "an artifact that comes over TLS";
constexpr size_t kSize = sizeof(kBody) - 1;

std::string Whole() {
  return absl::StrCat("HTTP/1.1 200 OK\r\nContent-Length: ", kSize,
                      "\r\nETag: \"v1\"\r\n\r\n", kBody);
}

class TlsTest : public HttpClientTest {
 protected:
  void SetUp() override {
    if (!TlsFolder::HasOpenssl()) GTEST_SKIP() << "no openssl program";
    tls_ = std::make_unique<TlsFolder>();
  }

  std::unique_ptr<TlsFolder> tls_;
};

TEST_F(TlsTest, TheAuthorityThatIsNamedIsTrusted) {
  TlsServer server(*tls_, Whole());
  ASSERT_OK(Get({.url = server.Url(), .ca_file = tls_->ca_file()}));
  EXPECT_EQ(sink_.body, kBody);
}

TEST_F(TlsTest, AnotherAuthorityIsNotAndNothingIsRetried) {
  TlsServer server(*tls_, Whole());
  EXPECT_THAT(Get({.url = server.Url()}),
              AllOf(HasDiagnosticId("net/tls-issuer"),
                    StatusIs(absl::StatusCode::kFailedPrecondition)));
  const TlsFolder other;
  EXPECT_THAT(Get({.url = server.Url(), .ca_file = other.ca_file()}),
              HasDiagnosticId("net/tls-issuer"));
  EXPECT_EQ(sink_.body, "");
}

TEST_F(TlsTest, ACertificateForAnotherHostIsRefused) {
  TlsServer server(*tls_, Whole());
  client_ = NewHttpClient(
      system_, {.addresses = {{absl::StrCat("other.example:", server.port()),
                               "127.0.0.1"}}});
  EXPECT_THAT(
      Get({.url = absl::StrCat("https://other.example:", server.port(), "/a"),
           .ca_file = tls_->ca_file()}),
      HasDiagnosticId("net/tls-issuer"));
}

TEST_F(TlsTest, AFileWithoutCertificatesIsNamed) {
  TlsServer server(*tls_, Whole());
  EXPECT_THAT(Get({.url = server.Url(), .ca_file = tls_->path() + "/none.pem"}),
              HasDiagnosticId("net/ca-file"));
}

TEST_F(TlsTest, NoRedirectToHttp) {
  ScriptedServer plain({Answer(Whole())});
  TlsServer server(*tls_,
                   absl::StrCat("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n"
                                "Location: ",
                                plain.Url("/a"), "\r\n\r\n"));
  EXPECT_THAT(Get({.url = server.Url(), .ca_file = tls_->ca_file()}),
              AllOf(HasDiagnosticId("net/redirect"),
                    StatusIs(absl::StatusCode::kFailedPrecondition,
                             HasSubstr("from https to http"))));
  EXPECT_THAT(plain.requests(), IsEmpty());
}

TEST_F(TlsTest, ARedirectToHttpsIsFollowed) {
  TlsServer server(*tls_, Whole());
  ScriptedServer plain({Answer(absl::StrCat(
      "HTTP/1.1 301 Moved\r\nContent-Length: 0\r\nLocation: ", server.Url(),
      "\r\n\r\n"))});
  ASSERT_OK(Get({.url = plain.Url("/"), .ca_file = tls_->ca_file()}));
  EXPECT_EQ(sink_.body, kBody);
}

TEST_F(TlsTest, ACutBodyIsACut) {
  TlsServer server(*tls_, Whole().substr(0, Whole().size() - 5));
  EXPECT_THAT(Get({.url = server.Url(), .ca_file = tls_->ca_file()}),
              AllOf(HasDiagnosticId("net/cut"),
                    StatusIs(absl::StatusCode::kUnavailable)));
  EXPECT_EQ(sink_.body, std::string(kBody, kSize - 5));
}

}  // namespace
}  // namespace provision
