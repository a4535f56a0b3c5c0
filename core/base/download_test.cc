// Over a real client and a server on the loopback; the clock only moves when
// told. The fault script of reliability.md 13 is
// core/actions/network_faults_test.

#include "core/base/download.h"

#include <algorithm>
#include <atomic>
#include <memory>

#include "absl/strings/str_cat.h"
#include "core/base/crypto.h"
#include "core/testing/artifact_answers.h"
#include "core/testing/fake_system.h"
#include "core/testing/scripted_server.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::SizeIs;
using Handler = ScriptedServer::Handler;

class MemoryTarget : public DownloadTarget {
 public:
  uint64_t size() const override { return bytes.size(); }
  std::string url() const override { return url_; }
  std::string validator() const override { return validator_; }
  absl::Status Restart(absl::string_view url,
                       absl::string_view validator) override {
    bytes.clear();
    url_ = std::string(url);
    validator_ = std::string(validator);
    ++restarts;
    return absl::OkStatus();
  }
  absl::Status Append(absl::string_view more) override {
    if (bytes.size() + more.size() > room) {
      return absl::ResourceExhaustedError("disk full");
    }
    absl::StrAppend(&bytes, more);
    return absl::OkStatus();
  }
  std::string Digest() const override { return Sha256Hex(bytes); }

  std::string bytes;
  int restarts = 0;
  size_t room = 1 << 30;

 private:
  std::string url_;
  std::string validator_;
};

class DownloadTest : public testing::Test {
 protected:
  DownloadRequest Pinned(const ScriptedServer& server) const {
    return {.urls = {server.Url("/a.whl")},
            .sha256 = Sha256Hex(ArtifactBody()),
            .size = ArtifactBody().size()};
  }

  absl::Status Fetch(const DownloadRequest& request) {
    DownloadEvents events;
    events.on_wait = [this](absl::string_view text) {
      waits_.push_back(std::string(text));
    };
    const absl::Duration begin = system_.MonotonicClock();
    absl::Status status = Download(request, *client_, system_, events, target_);
    elapsed_ = system_.MonotonicClock() - begin;
    return status;
  }

  FakeSystem system_;
  std::unique_ptr<HttpClient> client_ = NewHttpClient(system_);
  MemoryTarget target_;
  std::vector<std::string> waits_;
  absl::Duration elapsed_;
  std::atomic<uint64_t> target_bytes_ = 0;
};

TEST_F(DownloadTest, ResumesWithTheValidatorFromWhereItWasCut) {
  ScriptedServer server({CutArtifact(12345), RestOfArtifact()});
  ASSERT_OK(Fetch(Pinned(server)));
  EXPECT_EQ(target_.bytes, ArtifactBody());
  EXPECT_EQ(target_.restarts, 1);  // at the first byte
  EXPECT_EQ(HeaderOf(server.requests()[0], "Range"), "");
  EXPECT_EQ(HeaderOf(server.requests()[1], "Range"), "bytes=12345-");
  EXPECT_EQ(HeaderOf(server.requests()[1], "If-Range"), "\"v1\"");
}

TEST_F(DownloadTest, ResumesWhatAKilledProcessLeft) {
  ScriptedServer server({RestOfArtifact()});
  ASSERT_OK(target_.Restart(server.Url("/a.whl"), "\"v1\""));
  ASSERT_OK(target_.Append(ArtifactBody().substr(0, 30000)));
  ASSERT_OK(Fetch(Pinned(server)));
  EXPECT_EQ(target_.bytes, ArtifactBody());
  EXPECT_EQ(HeaderOf(server.requests()[0], "Range"), "bytes=30000-");
}

TEST_F(DownloadTest, WhatIsCompleteNeedsNoConnection) {
  ScriptedServer server({});
  ASSERT_OK(target_.Append(ArtifactBody()));
  EXPECT_OK(Fetch(Pinned(server)));
  EXPECT_THAT(server.requests(), IsEmpty());
}

TEST_F(DownloadTest, APartOfAnotherUrlOrWithoutValidatorIsNotResumed) {
  for (const bool has_url : {false, true}) {
    ScriptedServer server({WholeArtifact()});
    ASSERT_OK(target_.Restart(has_url ? server.Url("/a.whl") : "http://other/",
                              has_url ? "" : "\"v1\""));
    ASSERT_OK(target_.Append("partial"));
    ASSERT_OK(Fetch(Pinned(server)));
    EXPECT_EQ(HeaderOf(server.requests()[0], "Range"), "");
    EXPECT_EQ(target_.bytes, ArtifactBody());
  }
}

TEST_F(DownloadTest, APartThatIsTooLongIsDropped) {
  ScriptedServer server({WholeArtifact()});
  ASSERT_OK(target_.Restart(server.Url("/a.whl"), "\"v1\""));
  ASSERT_OK(target_.Append(std::string(ArtifactBody().size() + 1, 'x')));
  ASSERT_OK(Fetch(Pinned(server)));
  EXPECT_EQ(HeaderOf(server.requests()[0], "Range"), "");
}

TEST_F(DownloadTest, AWeakEtagIsNoValidator) {
  ScriptedServer server(
      {Answer(absl::StrCat(
           ResponseHead("200 OK",
                        absl::StrCat("Content-Length: ", ArtifactBody().size(),
                                     "\r\nETag: W/\"v1\"\r\nLast-Modified: "
                                     "Thu, 01 Jan 2026 00:00:00 GMT\r\n")),
           ArtifactBody().substr(0, 10000))),
       WholeArtifact()});
  ASSERT_OK(Fetch(Pinned(server)));
  EXPECT_EQ(HeaderOf(server.requests()[1], "If-Range"),
            "Thu, 01 Jan 2026 00:00:00 GMT");
}

TEST_F(DownloadTest, RetryAfterIsHonoured) {
  const struct {
    std::string value;
    absl::Duration want;
  } kCases[] = {{"7", absl::Seconds(7)},
                {"Thu, 01 Jan 2026 00:01:00 GMT", absl::Seconds(60)},
                {"Thu, 01 Jan 2015 00:01:00 GMT", absl::ZeroDuration()}};
  for (const auto& c : kCases) {
    for (const std::string status : {"429 Slow", "503 Down"}) {
      FakeSystem system;
      const std::unique_ptr<HttpClient> client = NewHttpClient(system);
      MemoryTarget target;
      ScriptedServer server(
          {EmptyResponse(status,
                         absl::StrCat("Retry-After: ", c.value, "\r\n")),
           WholeArtifact()});
      ASSERT_OK(Download(
          {.urls = {server.Url("/")}, .sha256 = Sha256Hex(ArtifactBody())},
          *client, system, {}, target));
      EXPECT_EQ(system.MonotonicClock(), c.want) << c.value;
    }
  }
}

TEST_F(DownloadTest, RetryAfterBeyondTheDeadlineEndsIt) {
  ScriptedServer server(
      {EmptyResponse("503 Down", "Retry-After: 1000000000\r\n")});
  EXPECT_THAT(Fetch(Pinned(server)), HasDiagnosticId("net/deadline"));
  EXPECT_EQ(elapsed_, absl::ZeroDuration());
}

TEST_F(DownloadTest, WaitsGrowAndStayWithinTheDeadline) {
  ScriptedServer server({EmptyResponse("500 No"), EmptyResponse("500 No"),
                         EmptyResponse("500 No"), EmptyResponse("500 No"),
                         EmptyResponse("500 No")});
  EXPECT_THAT(Fetch(Pinned(server)), HasDiagnosticId("net/status"));
  EXPECT_THAT(waits_, SizeIs(4));
  EXPECT_THAT(waits_[0],
              MatchesRegex("for 127\\.0\\.0\\.1:[0-9]+, try 2 of 5"));
  EXPECT_LE(elapsed_, absl::Milliseconds(500 + 1000 + 2000 + 4000));
}

TEST_F(DownloadTest, StalledBodyIsCutAndResumed) {
  ScriptedServer server(
      {[this](ScriptedConnection& c, const std::string&) {
         c.Send(ResponseHead("200 OK", absl::StrCat("Content-Length: ",
                                                    ArtifactBody().size(),
                                                    "\r\nETag: \"v1\"\r\n")) +
                ArtifactBody().substr(0, 5000));
         // One byte now and then does not help for ever; none at all less so.
         while (target_bytes_ < 5000) std::this_thread::yield();
         system_.Advance(HttpClient::kStall);
         c.AwaitClose();
       },
       RestOfArtifact()});
  DownloadEvents events;
  events.on_progress = [this](uint64_t done, uint64_t) {
    target_bytes_ = done;
  };
  ASSERT_OK(Download(Pinned(server), *client_, system_, events, target_));
  EXPECT_EQ(HeaderOf(server.requests()[1], "Range"), "bytes=5000-");
}

TEST_F(DownloadTest, OneByteAtATimeEndsAtTheDeadline) {
  DownloadRequest request;
  ScriptedServer server({[this](ScriptedConnection& c, const std::string&) {
    c.Send(ResponseHead("200 OK", "Content-Length: 40000\r\n"));
    for (int i = 0; i < 40000; ++i) {
      c.Send("x");
      system_.Advance(absl::Seconds(1));
    }
    c.AwaitClose();
  }});
  request = Pinned(server);
  request.deadline = absl::Minutes(5);
  EXPECT_THAT(Fetch(request), HasDiagnosticId("net/deadline"));
}

TEST_F(DownloadTest, SecondMirrorAfterTheFirstServesSomethingElse) {
  ScriptedServer stale(
      {Answer(WholeResponse(std::string(ArtifactBody().size(), 'w')))});
  ScriptedServer good({WholeArtifact()});
  DownloadRequest request = Pinned(stale);
  request.urls.push_back(good.Url("/b.whl"));
  EXPECT_OK(Fetch(request));
  ASSERT_THAT(waits_, SizeIs(1));
  EXPECT_THAT(waits_[0], AllOf(HasSubstr(stale.Url("/a.whl")),
                               HasSubstr(good.Url("/b.whl"))));
}

TEST_F(DownloadTest, AllMirrorsThatFailedAreNamed) {
  ScriptedServer first({EmptyResponse("404 Not Found")});
  ScriptedServer second({EmptyResponse("403 Forbidden")});
  DownloadRequest request = Pinned(first);
  request.urls.push_back(second.Url("/b.whl"));
  const absl::Status status = Fetch(request);
  EXPECT_THAT(status, HasDiagnosticId("net/forbidden"));
  const Diagnostic diagnostic = DiagnosticFromStatus(status);
  ASSERT_EQ(diagnostic.detail_size(), 1);
  EXPECT_EQ(diagnostic.detail(0).label(), "tried");
  EXPECT_EQ(diagnostic.detail(0).text(), first.Url("/a.whl: not there (404)"));
}

TEST_F(DownloadTest, WithoutADeclaredSizeThereIsALimit) {
  ScriptedServer server({WholeArtifact()});
  EXPECT_THAT(Fetch({.urls = {server.Url("/")}, .max_bytes = 39999}),
              HasDiagnosticId("net/length"));
  EXPECT_THAT(server.requests(), SizeIs(1));
  ScriptedServer again({WholeArtifact()});
  EXPECT_OK(Fetch({.urls = {again.Url("/")}, .max_bytes = 40000}));
}

TEST_F(DownloadTest, RedirectsAreFollowedTenTimes) {
  std::vector<Handler> script;
  for (int i = 0; i < 10; ++i)
    script.push_back(EmptyResponse("302 Found", "Location: /next\r\n"));
  script.push_back(WholeArtifact());
  ScriptedServer server(script);
  EXPECT_OK(Fetch(Pinned(server)));
  EXPECT_THAT(server.requests()[10], HasSubstr("GET /next "));
  script.insert(script.begin(), script[0]);
  ScriptedServer loop(script);
  target_.bytes.clear();
  EXPECT_THAT(Fetch(Pinned(loop)), HasDiagnosticId("net/redirect"));
}

TEST_F(DownloadTest, RedirectsToOtherSchemesAreRefused) {
  for (const std::string location :
       {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://x/"}) {
    ScriptedServer server({EmptyResponse(
        "301 Moved", absl::StrCat("Location: ", location, "\r\n"))});
    EXPECT_THAT(Fetch(Pinned(server)), HasDiagnosticId("net/redirect"))
        << location;
  }
}

TEST_F(DownloadTest, CredentialsStayWithTheirOrigin) {
  ScriptedServer other({WholeArtifact()});
  ScriptedServer server(
      {EmptyResponse("302 Found", "Location: /same\r\n"),
       EmptyResponse("302 Found",
                     absl::StrCat("Location: http://u:p@127.0.0.1:",
                                  other.port(), "/a\r\n"))});
  const Secret login(std::string("user:pass"));
  DownloadRequest request = Pinned(server);
  request.credentials = &login;
  ASSERT_OK(Fetch(request));
  const std::string basic = "Basic dXNlcjpwYXNz";
  EXPECT_EQ(HeaderOf(server.requests()[0], "Authorization"), basic);
  EXPECT_EQ(HeaderOf(server.requests()[1], "Authorization"), basic);
  EXPECT_EQ(HeaderOf(other.requests()[0], "Authorization"), "");
}

TEST_F(DownloadTest, TheEnvironmentIsNotAsked) {
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  ScriptedServer server({WholeArtifact()});
  EXPECT_OK(Fetch(Pinned(server)));
  unsetenv("http_proxy");
}

TEST_F(DownloadTest, TheProxyIsAskedForTheWholeUrl) {
  ScriptedServer proxy({WholeArtifact()});
  DownloadRequest request = Pinned(proxy);
  request.urls = {"http://files.example/a.whl"};
  request.proxy = proxy.Url("");
  EXPECT_OK(Fetch(request));
  EXPECT_THAT(proxy.requests()[0],
              HasSubstr("GET http://files.example/a.whl HTTP/1.1"));
}

TEST_F(DownloadTest, TheProxyGetsItsLoginAndTheOriginDoesNot) {
  const ScriptedServer::Handler wants =
      EmptyResponse("407 Proxy Authentication Required",
                    "Proxy-Authenticate: Basic realm=\"p\"\r\n");
  ScriptedServer proxy({wants, WholeArtifact()});
  const Secret login(std::string("http://us%65r:p%40ss@proxy.example:3128"));
  DownloadRequest request = Pinned(proxy);
  request.urls = {"http://files.example/a.whl"};
  request.proxy = proxy.Url("");
  request.proxy_login = &login;
  ASSERT_OK(Fetch(request));
  ASSERT_THAT(proxy.requests(), SizeIs(2));
  EXPECT_EQ(HeaderOf(proxy.requests()[1], "Proxy-Authorization"),
            "Basic dXNlcjpwQHNz");
  EXPECT_EQ(HeaderOf(proxy.requests()[1], "Authorization"), "");
}

TEST_F(DownloadTest, ProxyThatWantsCredentialsForATunnel) {
  ScriptedServer proxy({EmptyResponse("407 Proxy Authentication Required",
                                      "Proxy-Authenticate: Basic\r\n")});
  DownloadRequest request = Pinned(proxy);
  request.urls = {"https://files.example/a.whl"};
  request.proxy = proxy.Url("");
  EXPECT_THAT(Fetch(request), HasDiagnosticId("net/proxy-auth"));
}

TEST_F(DownloadTest, AProxyThatIsNoUrlIsNamedBeforeAnyConnection) {
  for (const std::string proxy :
       {"proxy.example:3128", "http//proxy", "ftp://proxy:21", "http://",
        "http://user:pw@proxy:3128", "DIRECT"}) {
    ScriptedServer server({WholeArtifact()});
    DownloadRequest request = Pinned(server);
    request.proxy = proxy;
    EXPECT_THAT(Fetch(request), HasDiagnosticId("net/proxy")) << proxy;
    EXPECT_THAT(server.requests(), IsEmpty());
  }
}

TEST_F(DownloadTest, UrlsOfOtherKindsAreRefused) {
  for (const std::string url :
       {"", "ftp://files.example/", "file:///etc/passwd", "files.example/a",
        "http://user:pw@127.0.0.1/"}) {
    const absl::Status status = Fetch({.urls = {url}, .sha256 = "x"});
    EXPECT_THAT(status, HasDiagnosticId("net/url")) << url;
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("pw")));
  }
  EXPECT_THAT(Fetch({}), HasDiagnosticId("net/url"));
}

TEST_F(DownloadTest, AStopRequestEndsTransferAndWait) {
  ScriptedServer server({[this](ScriptedConnection& c, const std::string&) {
    c.Send(ResponseHead("200 OK", "Content-Length: 40000\r\n"));
    system_.RequestStop(15);
    c.AwaitClose();
  }});
  EXPECT_THAT(Fetch(Pinned(server)), StatusIs(absl::StatusCode::kCancelled));
  ScriptedServer down({EmptyResponse("500 No")});
  system_.RequestStopInWait(15);
  EXPECT_THAT(Fetch(Pinned(down)), StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(DownloadTest, AFullDiskIsNotRetried) {
  ScriptedServer server({WholeArtifact(), WholeArtifact()});
  target_.room = 100;
  EXPECT_THAT(Fetch(Pinned(server)),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(server.requests(), SizeIs(1));
}

TEST(ParseRetryAfterTest, SecondsDatesAndNonsense) {
  const absl::Time now = absl::FromUnixSeconds(1767225600);
  EXPECT_EQ(ParseRetryAfter("0", now), absl::ZeroDuration());
  EXPECT_EQ(ParseRetryAfter("120", now), absl::Seconds(120));
  EXPECT_EQ(ParseRetryAfter("Thu, 01 Jan 2026 00:00:09 GMT", now),
            absl::Seconds(9));
  for (const std::string value : {"", "-5", "soon", "1.5"}) {
    EXPECT_EQ(ParseRetryAfter(value, now), absl::nullopt) << value;
  }
}

TEST(BackoffWaitTest, FullJitterUpToThirtySeconds) {
  FakeSystem system;
  absl::Duration longest;
  for (int tries = 0; tries < 40; ++tries) {
    const absl::Duration wait = BackoffWait(tries, system);
    EXPECT_GE(wait, absl::ZeroDuration());
    EXPECT_LE(wait, std::min(absl::Seconds(30), absl::Milliseconds(500) *
                                                    (1 << std::min(tries, 9))));
    longest = std::max(longest, wait);
  }
  EXPECT_GT(longest, absl::Seconds(15));
}

}  // namespace
}  // namespace provision
