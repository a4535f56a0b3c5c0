// The fault script of reliability.md 13 over a real client and a server on the
// loopback; the clock only moves when told.

#include "core/base/download.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/crypto.h"
#include "core/testing/fake_system.h"
#include "core/testing/scripted_server.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::SizeIs;
using Handler = ScriptedServer::Handler;

// 40 kB that look like no text.
const std::string& Body() {
  static const auto* body = [] {
    auto* bytes = new std::string;
    for (int i = 0; i < 1250; ++i) *bytes += Sha256Bytes(absl::StrCat(i));
    return bytes;
  }();
  return *body;
}

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

std::string Head(absl::string_view status, absl::string_view headers) {
  return absl::StrCat("HTTP/1.1 ", status, "\r\n", headers, "\r\n");
}

std::string Whole(absl::string_view body, absl::string_view headers = "") {
  return absl::StrCat(
      Head("200 OK",
           absl::StrCat("Content-Length: ", body.size(), "\r\n", headers)),
      body);
}

Handler Good() { return Answer(Whole(Body(), "ETag: \"v1\"\r\n")); }

// Announces all of the body and sends the first `size` bytes of it.
Handler CutAt(size_t size) {
  return Answer(absl::StrCat(
      Head("200 OK", absl::StrCat("Content-Length: ", Body().size(),
                                  "\r\nETag: \"v1\"\r\n")),
      Body().substr(0, size)));
}

// 206 from where the request asks.
Handler Range(absl::string_view etag = "\"v1\"", int64_t shift = 0) {
  return [etag = std::string(etag), shift](ScriptedConnection& c,
                                           const std::string& head) {
    const std::string range = HeaderOf(head, "Range");
    int64_t from = 0;
    EXPECT_TRUE(absl::SimpleAtoi(range.substr(6, range.size() - 7), &from));
    from += shift;
    c.Send(Head("206 Partial Content",
                absl::StrCat("Content-Range: bytes ", from, "-",
                             Body().size() - 1, "/", Body().size(),
                             "\r\nContent-Length: ", Body().size() - from,
                             "\r\nETag: ", etag, "\r\n")) +
           Body().substr(from));
  };
}

Handler Status(absl::string_view status, absl::string_view headers = "") {
  return Answer(Head(status, absl::StrCat("Content-Length: 0\r\n", headers)));
}

class DownloadTest : public testing::Test {
 protected:
  DownloadRequest Pinned(const ScriptedServer& server) const {
    return {.urls = {server.Url("/a.whl")},
            .sha256 = Sha256Hex(Body()),
            .size = Body().size()};
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

struct Row {
  std::string name;
  std::vector<Handler> script;
  std::string id;  // of the failure; "" if it succeeds
  size_t requests;
};

std::vector<Row> FaultScript() {
  const std::string half = Body().substr(0, Body().size() / 2);
  const std::string length =
      absl::StrCat("Content-Length: ", Body().size(), "\r\n");
  const Handler reset = [](ScriptedConnection& c, const std::string&) {
    c.Reset();
  };
  const Handler endless = [](ScriptedConnection& c, const std::string&) {
    c.Send(Head("200 OK", ""));
    for (int i = 0; i < 100; ++i) c.Send(Body());
  };
  const Handler chunked_good = Answer(
      Head("200 OK", "Transfer-Encoding: chunked\r\n") +
      absl::StrCat(absl::Hex(Body().size()), "\r\n", Body(), "\r\n0\r\n\r\n"));
  const Handler chunked_bad = Answer(
      Head("200 OK", "Transfer-Encoding: chunked\r\n") + "zz\r\n" + Body());
  std::vector<Row> rows = {
      {"good", {Good()}, "", 1},
      {"reset, then good", {reset, Good()}, "", 2},
      {"reset for ever", {reset, reset, reset, reset, reset}, "net/cut", 5},
      {"length absent", {Answer(Head("200 OK", "") + Body())}, "", 1},
      {"length too small",
       {Answer(Head("200 OK", "Content-Length: 9\r\n") + Body()), Good()},
       "",
       2},
      {"length too small twice",
       {Answer(Head("200 OK", "Content-Length: 9\r\n") + Body()),
        Answer(Head("200 OK", "Content-Length: 9\r\n") + Body())},
       "net/length",
       2},
      {"length too large",
       {Answer(Head("200 OK", "Content-Length: 99999\r\n") + Body())},
       "",
       1},
      {"length twice",
       {Answer(Head("200 OK", length + length) + Body())},
       "net/header",
       1},
      {"length twice, differing",
       {Answer(Head("200 OK", length + "Content-Length: 1\r\n") + Body())},
       "net/header",
       1},
      {"length negative",
       {Answer(Head("200 OK", "Content-Length: -1\r\n") + Body())},
       "net/protocol",
       1},
      {"chunked", {chunked_good}, "", 1},
      {"chunked with a bad size", {chunked_bad, chunked_good}, "", 2},
      {"HTML by type",
       {Answer(Whole("log in", "Content-Type: text/html; charset=x\r\n"))},
       "net/portal",
       1},
      {"HTML by its beginning",
       {Answer(Whole("\r\n <!DOCTYPE html><p>"))},
       "net/portal",
       1},
      {"HTML, long",
       {Answer(Whole("<HTML>" + std::string(9000, ' ')))},
       "net/portal",
       1},
      {"206 at another offset",
       {CutAt(20000), Range("\"v1\"", -7), Good()},
       "",
       3},
      {"206 of a changed entity",
       {CutAt(20000), Range("\"v2\""), Good()},
       "",
       3},
      {"206 without a range",
       {CutAt(20000), Answer(Head("206 Partial Content", "") + half), Good()},
       "",
       3},
      {"416",
       {CutAt(20000), Status("416 Range Not Satisfiable"), Good()},
       "",
       3},
      {"200 to a range", {CutAt(20000), Good()}, "", 2},
      {"encoded in transfer",
       {Answer(Whole(Body(), "Content-Encoding: gzip\r\n"))},
       "",
       1},
      {"401", {Status("401 Unauthorized")}, "net/auth", 1},
      {"403", {Status("403 Forbidden")}, "net/forbidden", 1},
      {"404", {Status("404 Not Found")}, "net/missing", 1},
      {"407",
       {Status("407 Proxy Authentication Required")},
       "net/proxy-auth",
       1},
      {"418", {Status("418 I'm a teapot")}, "net/status", 1},
      {"408, then good", {Status("408 Request Timeout"), Good()}, "", 2},
      {"500 four times, then good",
       {Status("500 No"), Status("502 No"), Status("503 No"), Status("504 No"),
        Good()},
       "",
       5},
      {"500 five times",
       {Status("500 No"), Status("500 No"), Status("500 No"), Status("500 No"),
        Status("500 No"), Good()},
       "net/status",
       5},
      {"wrong length, then good", {Answer(Whole(half)), Good()}, "", 2},
      {"wrong bytes, then good",
       {Answer(Whole(std::string(Body().size(), 'w'))), Good()},
       "",
       2},
      {"wrong bytes twice",
       {Answer(Whole(std::string(Body().size(), 'w'))),
        Answer(Whole(std::string(Body().size(), 'w'))), Good()},
       "net/digest",
       2},
      {"endless", {endless, endless}, "net/length", 2},
      {"name in a header",
       {Answer(Whole(Body(),
                     "Content-Disposition: attachment; "
                     "filename=\"../../x\"\r\n"))},
       "",
       1},
      {"empty body", {Answer(Whole("")), Good()}, "", 2},
      {"no HTTP", {Answer("SSH-2.0-OpenSSH_9.2\r\n")}, "net/protocol", 1},
      {"header of 1 MiB",
       {Answer(Head("200 OK", "X: " + std::string(1 << 20, 'x') + "\r\n"))},
       "net/header",
       1},
      {"headers never end",
       {[](ScriptedConnection& c, const std::string&) {
         c.Send("HTTP/1.1 200 OK\r\n");
         for (int i = 0; i < 2000; ++i)
           c.Send("X: " + std::string(99, 'x') + "\r\n");
         c.AwaitClose();
       }},
       "net/header",
       1},
  };
  for (size_t cut :
       {size_t{1}, Body().size() / 2, Body().size() * 999 / 1000}) {
    rows.push_back(
        {absl::StrCat("cut at ", cut), {CutAt(cut), Range()}, "", 2});
  }
  rows.push_back({"cut at 0", {CutAt(0), Good()}, "", 2});
  return rows;
}

TEST(FaultScriptTest, EveryRow) {
  for (const Row& row : FaultScript()) {
    SCOPED_TRACE(row.name);
    FakeSystem system;
    const std::unique_ptr<HttpClient> client = NewHttpClient(system);
    MemoryTarget target;
    ScriptedServer server(row.script);
    const absl::Status status = Download({.urls = {server.Url("/a.whl")},
                                          .sha256 = Sha256Hex(Body()),
                                          .size = Body().size()},
                                         *client, system, {}, target);
    EXPECT_EQ(DiagnosticId(status), row.id) << status;
    EXPECT_EQ(status.ok(), row.id.empty()) << status;
    if (status.ok()) {
      EXPECT_EQ(target.bytes, Body());
    }
    EXPECT_LE(target.bytes.size(), Body().size());
    EXPECT_THAT(server.requests(), SizeIs(row.requests));
    EXPECT_LE(system.MonotonicClock(), absl::Hours(1));
  }
}

TEST_F(DownloadTest, ResumesWithTheValidatorFromWhereItWasCut) {
  ScriptedServer server({CutAt(12345), Range()});
  ASSERT_OK(Fetch(Pinned(server)));
  EXPECT_EQ(target_.bytes, Body());
  EXPECT_EQ(target_.restarts, 1);  // at the first byte
  EXPECT_EQ(HeaderOf(server.requests()[0], "Range"), "");
  EXPECT_EQ(HeaderOf(server.requests()[1], "Range"), "bytes=12345-");
  EXPECT_EQ(HeaderOf(server.requests()[1], "If-Range"), "\"v1\"");
}

TEST_F(DownloadTest, ResumesWhatAKilledProcessLeft) {
  ScriptedServer server({Range()});
  ASSERT_OK(target_.Restart(server.Url("/a.whl"), "\"v1\""));
  ASSERT_OK(target_.Append(Body().substr(0, 30000)));
  ASSERT_OK(Fetch(Pinned(server)));
  EXPECT_EQ(target_.bytes, Body());
  EXPECT_EQ(HeaderOf(server.requests()[0], "Range"), "bytes=30000-");
}

TEST_F(DownloadTest, WhatIsCompleteNeedsNoConnection) {
  ScriptedServer server({});
  ASSERT_OK(target_.Append(Body()));
  EXPECT_OK(Fetch(Pinned(server)));
  EXPECT_THAT(server.requests(), IsEmpty());
}

TEST_F(DownloadTest, APartOfAnotherUrlOrWithoutValidatorIsNotResumed) {
  for (const bool has_url : {false, true}) {
    ScriptedServer server({Good()});
    ASSERT_OK(target_.Restart(has_url ? server.Url("/a.whl") : "http://other/",
                              has_url ? "" : "\"v1\""));
    ASSERT_OK(target_.Append("partial"));
    ASSERT_OK(Fetch(Pinned(server)));
    EXPECT_EQ(HeaderOf(server.requests()[0], "Range"), "");
    EXPECT_EQ(target_.bytes, Body());
  }
}

TEST_F(DownloadTest, APartThatIsTooLongIsDropped) {
  ScriptedServer server({Good()});
  ASSERT_OK(target_.Restart(server.Url("/a.whl"), "\"v1\""));
  ASSERT_OK(target_.Append(std::string(Body().size() + 1, 'x')));
  ASSERT_OK(Fetch(Pinned(server)));
  EXPECT_EQ(HeaderOf(server.requests()[0], "Range"), "");
}

TEST_F(DownloadTest, AWeakEtagIsNoValidator) {
  ScriptedServer server(
      {Answer(absl::StrCat(
           Head("200 OK", absl::StrCat("Content-Length: ", Body().size(),
                                       "\r\nETag: W/\"v1\"\r\nLast-Modified: "
                                       "Thu, 01 Jan 2026 00:00:00 GMT\r\n")),
           Body().substr(0, 10000))),
       Good()});
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
          {Status(status, absl::StrCat("Retry-After: ", c.value, "\r\n")),
           Good()});
      ASSERT_OK(
          Download({.urls = {server.Url("/")}, .sha256 = Sha256Hex(Body())},
                   *client, system, {}, target));
      EXPECT_EQ(system.MonotonicClock(), c.want) << c.value;
    }
  }
}

TEST_F(DownloadTest, RetryAfterBeyondTheDeadlineEndsIt) {
  ScriptedServer server({Status("503 Down", "Retry-After: 1000000000\r\n")});
  EXPECT_THAT(Fetch(Pinned(server)), HasDiagnosticId("net/deadline"));
  EXPECT_EQ(elapsed_, absl::ZeroDuration());
}

TEST_F(DownloadTest, WaitsGrowAndStayWithinTheDeadline) {
  ScriptedServer server({Status("500 No"), Status("500 No"), Status("500 No"),
                         Status("500 No"), Status("500 No")});
  EXPECT_THAT(Fetch(Pinned(server)), HasDiagnosticId("net/status"));
  EXPECT_THAT(waits_, SizeIs(4));
  EXPECT_THAT(waits_[0], HasSubstr("answered 500; again in "));
  EXPECT_LE(elapsed_, absl::Milliseconds(500 + 1000 + 2000 + 4000));
}

TEST_F(DownloadTest, StalledBodyIsCutAndResumed) {
  ScriptedServer server(
      {[this](ScriptedConnection& c, const std::string&) {
         c.Send(Head("200 OK", absl::StrCat("Content-Length: ", Body().size(),
                                            "\r\nETag: \"v1\"\r\n")) +
                Body().substr(0, 5000));
         // One byte now and then does not help for ever; none at all less so.
         while (target_bytes_ < 5000) std::this_thread::yield();
         system_.Advance(HttpClient::kStall);
         c.AwaitClose();
       },
       Range()});
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
    c.Send(Head("200 OK", "Content-Length: 40000\r\n"));
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

TEST_F(DownloadTest, ConnectionRefusedIsRetriedThenFails) {
  std::string url;
  {
    ScriptedServer gone({});
    url = gone.Url("/");
  }
  EXPECT_THAT(Fetch({.urls = {url}, .sha256 = Sha256Hex(Body())}),
              AllOf(HasDiagnosticId("net/connect"),
                    StatusIs(absl::StatusCode::kUnavailable,
                             HasSubstr("127.0.0.1: "))));
  EXPECT_THAT(waits_, SizeIs(4));
}

TEST_F(DownloadTest, NameWithoutAddressIsRetriedThenFails) {
  EXPECT_THAT(Fetch({.urls = {"http://nothing.invalid/"}, .sha256 = "x"}),
              HasDiagnosticId("net/dns"));
  EXPECT_THAT(waits_, SizeIs(4));
}

// A listener on the IPv6 loopback at `port` whose queue is full, so that it
// drops every SYN.
class DeadListener {
 public:
  explicit DeadListener(int port) : listener_(Socket()) {
    sockaddr_in6 address = {};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    address.sin6_port = htons(port);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    is_there_ = bind(listener_, generic, sizeof(address)) == 0 &&
                listen(listener_, 0) == 0;
    for (int& filler : fillers_) {
      filler = Socket();
      connect(filler, generic, sizeof(address));  // non-blocking
    }
  }
  ~DeadListener() {
    for (int filler : fillers_) close(filler);
    close(listener_);
  }
  bool is_there() const { return is_there_; }

 private:
  static int Socket() {
    return socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  }
  int listener_;
  bool is_there_;
  int fillers_[4];
};

TEST_F(DownloadTest, DeadIpv6DoesNotHoldIpv4Up) {
  ScriptedServer server({Good()});
  DeadListener dead(server.port());
  if (!dead.is_there()) GTEST_SKIP() << "no IPv6 loopback";
  client_ = NewHttpClient(
      system_, {.addresses = {{absl::StrCat("both.example:", server.port()),
                               "[::1],127.0.0.1"}}});
  DownloadRequest request = Pinned(server);
  request.urls = {absl::StrCat("http://both.example:", server.port(), "/a")};
  EXPECT_OK(Fetch(request));
}

TEST_F(DownloadTest, DroppedSynEndsByTheStallTimeout) {
  ScriptedServer server({});
  DeadListener dead(server.port());
  if (!dead.is_there()) GTEST_SKIP() << "no IPv6 loopback";
  std::atomic<bool> done = false;
  std::thread clock([this, &done] {
    while (!done) {
      system_.Advance(absl::Seconds(1));
      std::this_thread::yield();
    }
  });
  const absl::Status status =
      Fetch({.urls = {absl::StrCat("http://[::1]:", server.port(), "/")},
             .sha256 = "x",
             .deadline = absl::Hours(100000)});
  done = true;
  clock.join();
  EXPECT_THAT(status, HasDiagnosticId("net/timeout"));
}

TEST_F(DownloadTest, TlsCutInTheHandshakeIsRetried) {
  // What the client says first has no empty line, so reading a head would hang.
  ScriptedServer server({});
  EXPECT_THAT(
      Fetch({.urls = {absl::StrCat("https://127.0.0.1:", server.port(), "/")},
             .sha256 = "x"}),
      AllOf(HasDiagnosticId("net/tls"),
            StatusIs(absl::StatusCode::kUnavailable)));
  EXPECT_THAT(waits_, SizeIs(4));
}

TEST_F(DownloadTest, SecondMirrorAfterTheFirstServesSomethingElse) {
  ScriptedServer stale({Answer(Whole(std::string(Body().size(), 'w')))});
  ScriptedServer good({Good()});
  DownloadRequest request = Pinned(stale);
  request.urls.push_back(good.Url("/b.whl"));
  EXPECT_OK(Fetch(request));
  ASSERT_THAT(waits_, SizeIs(1));
  EXPECT_THAT(waits_[0], AllOf(HasSubstr(stale.Url("/a.whl")),
                               HasSubstr(good.Url("/b.whl"))));
}

TEST_F(DownloadTest, AllMirrorsThatFailedAreNamed) {
  ScriptedServer first({Status("404 Not Found")});
  ScriptedServer second({Status("403 Forbidden")});
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
  ScriptedServer server({Good()});
  EXPECT_THAT(Fetch({.urls = {server.Url("/")}, .max_bytes = 39999}),
              HasDiagnosticId("net/length"));
  EXPECT_THAT(server.requests(), SizeIs(1));
  ScriptedServer again({Good()});
  EXPECT_OK(Fetch({.urls = {again.Url("/")}, .max_bytes = 40000}));
}

TEST_F(DownloadTest, RedirectsAreFollowedTenTimes) {
  std::vector<Handler> script;
  for (int i = 0; i < 10; ++i)
    script.push_back(Status("302 Found", "Location: /next\r\n"));
  script.push_back(Good());
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
    ScriptedServer server(
        {Status("301 Moved", absl::StrCat("Location: ", location, "\r\n"))});
    EXPECT_THAT(Fetch(Pinned(server)), HasDiagnosticId("net/redirect"))
        << location;
  }
}

TEST_F(DownloadTest, CredentialsStayWithTheirOrigin) {
  ScriptedServer other({Good()});
  ScriptedServer server(
      {Status("302 Found", "Location: /same\r\n"),
       Status("302 Found", absl::StrCat("Location: http://u:p@127.0.0.1:",
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
  ScriptedServer server({Good()});
  EXPECT_OK(Fetch(Pinned(server)));
  unsetenv("http_proxy");
}

TEST_F(DownloadTest, TheProxyIsAskedForTheWholeUrl) {
  ScriptedServer proxy({Good()});
  DownloadRequest request = Pinned(proxy);
  request.urls = {"http://files.example/a.whl"};
  request.proxy = proxy.Url("");
  EXPECT_OK(Fetch(request));
  EXPECT_THAT(proxy.requests()[0],
              HasSubstr("GET http://files.example/a.whl HTTP/1.1"));
}

TEST_F(DownloadTest, ProxyThatWantsCredentialsForATunnel) {
  ScriptedServer proxy({Status("407 Proxy Authentication Required",
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
    ScriptedServer server({Good()});
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
    c.Send(Head("200 OK", "Content-Length: 40000\r\n"));
    system_.RequestStop(15);
    c.AwaitClose();
  }});
  EXPECT_THAT(Fetch(Pinned(server)), StatusIs(absl::StatusCode::kCancelled));
  ScriptedServer down({Status("500 No")});
  system_.RequestStopInWait(15);
  EXPECT_THAT(Fetch(Pinned(down)), StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(DownloadTest, AFullDiskIsNotRetried) {
  ScriptedServer server({Good(), Good()});
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
