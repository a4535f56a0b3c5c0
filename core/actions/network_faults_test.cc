// The fault script of reliability.md 13, row by row in its order: the fetch
// action over a real client and a server on the loopback. The clock only moves
// when told.

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <thread>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "core/actions/fetch.h"
#include "core/base/crypto.h"
#include "core/base/http_client.h"
#include "core/base/secret.h"
#include "core/testing/artifact_answers.h"
#include "core/testing/fake_system.h"
#include "core/testing/scripted_server.h"
#include "core/testing/testing.h"
#include "core/testing/tls_server.h"

namespace provision {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;
using Handler = ScriptedServer::Handler;

class OneSecret final : public SecretResolver {
 public:
  absl::StatusOr<Secret> Resolve(const SecretReference&) override {
    return Secret("user:pass");
  }
  absl::StatusOr<std::string> Version(const SecretReference&) override {
    return std::string("v1");
  }
};

class NetworkFaultsTest : public testing::Test {
 protected:
  NetworkFaultsTest() {
    system_.AddDirectory("/store", 0700);
    context_.secrets = &secrets_;
    context_.on_wait = [this](absl::string_view text) {
      waits_.push_back(std::string(text));
      during_wait_();
    };
    fetch_.set_sha256(Sha256Hex(ArtifactBody()));
    fetch_.set_size(ArtifactBody().size());
    fetch_.set_name("the artifact");
    fetch_.set_deadline_s(kDeadline);
  }

  absl::Status Perform(std::vector<std::string> urls) {
    Action action;
    *action.mutable_fetch() = fetch_;
    for (const std::string& url : urls) action.mutable_fetch()->add_url(url);
    PROVISION_ASSIGN_OR_RETURN(Preparation preparation,
                               handler_->Prepare(action, context_));
    return handler_->Perform(action, preparation, context_);
  }

  // What holds of every row: whole or not there, a failure that names the
  // artifact, in time. "" is success.
  void Expect(absl::string_view id, std::vector<std::string> urls) {
    const absl::Status status = Perform(std::move(urls));
    EXPECT_EQ(DiagnosticId(status), id) << status;
    EXPECT_LE(system_.MonotonicClock(), absl::Seconds(kDeadline));
    const auto stored = system_.Snapshot("/store/sha256");
    if (status.ok()) {
      EXPECT_EQ(system_.Content("/store/sha256/" + fetch_.sha256()),
                ArtifactBody());
      EXPECT_THAT(stored, SizeIs(2));  // the folder and the artifact
      return;
    }
    EXPECT_THAT(std::string(status.message()),
                StartsWith("fetch the artifact: "));
    EXPECT_LE(stored.size(), 1);
  }

  static constexpr int kDeadline = 3600;
  FakeSystem system_;
  OneSecret secrets_;
  std::unique_ptr<Directory> store_;
  ActionContext context_{.system = system_,
                         .undo = nullptr,
                         .store = [this]() -> absl::StatusOr<Directory*> {
                           PROVISION_ASSIGN_OR_RETURN(
                               store_, system_.OpenDirectory("/store"));
                           return store_.get();
                         }};
  std::unique_ptr<ActionHandler> handler_ = NewFetchHandler();
  Fetch fetch_;
  std::vector<std::string> waits_;
  std::function<void()> during_wait_ = [] {};
};

// ---- rows that are answers of one server ----

struct Row {
  friend void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

  std::string name;
  std::vector<Handler> script;
  std::string id;  // of the failure; "" if it succeeds
  size_t requests;
};

Handler Headers(absl::string_view headers, absl::string_view body) {
  return Answer(absl::StrCat(ResponseHead("200 OK", headers), body));
}

Handler Chunked(absl::string_view chunks) {
  return Headers("Transfer-Encoding: chunked\r\n", chunks);
}

Handler Wrong() {
  return Answer(WholeResponse(std::string(ArtifactBody().size(), 'w')));
}

std::vector<Row> CutRows() {
  std::vector<Row> rows;
  for (size_t per_mille : {1, 10, 500, 999}) {
    rows.push_back({absl::StrCat("body cut at ", per_mille, " of 1000"),
                    {CutArtifact(ArtifactBody().size() * per_mille / 1000),
                     RestOfArtifact()},
                    "",
                    2});
  }
  rows.push_back({"body cut at 0", {CutArtifact(0), WholeArtifact()}, "", 2});
  const Handler reset = [](ScriptedConnection& c, const std::string&) {
    c.Reset();
  };
  rows.push_back({"reset", {reset, WholeArtifact()}, "", 2});
  rows.push_back(
      {"reset for ever", {reset, reset, reset, reset, reset}, "net/cut", 5});
  return rows;
}

std::vector<Row> HeaderRows() {
  const Handler endless = [](ScriptedConnection& c, const std::string&) {
    c.Send("HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < 2000; ++i) {
      c.Send("X: " + std::string(99, 'x') + "\r\n");
    }
    c.AwaitClose();
  };
  const std::string line = "X: " + std::string(1 << 20, 'x') + "\r\n";
  const std::string& body = ArtifactBody();
  const std::string length =
      absl::StrCat("Content-Length: ", body.size(), "\r\n");
  const Handler too_small = Headers("Content-Length: 9\r\n", body);
  return {
      {"headers never end", {endless}, "net/header", 1},
      {"header of 1 MiB", {Headers(line, "")}, "net/header", 1},
      {"no HTTP", {Answer("SSH-2.0-OpenSSH_9.2\r\n")}, "net/protocol", 1},
      {"length too small", {too_small, WholeArtifact()}, "", 2},
      {"length too small twice", {too_small, too_small}, "net/length", 2},
      {"length too large", {Headers("Content-Length: 99999\r\n", body)}, "", 1},
      {"length absent", {Headers("", body)}, "", 1},
      {"length twice", {Headers(length + length, body)}, "net/header", 1},
      {"length twice and differing",
       {Headers(length + "Content-Length: 1\r\n", body)},
       "net/header",
       1},
      {"length negative",
       {Headers("Content-Length: -1\r\n", body)},
       "net/protocol",
       1},
      {"name in a header",
       {Answer(WholeResponse(body,
                             "Content-Disposition: attachment; "
                             "filename=\"../../x\"\r\n"))},
       "",
       1},
  };
}

std::vector<Row> EncodingRows() {
  const std::string& body = ArtifactBody();
  auto chunk = [](absl::string_view bytes) {
    return absl::StrCat(absl::Hex(bytes.size()), "\r\n", bytes, "\r\n");
  };
  const std::string bad_end = "0\r\nX: y\rz\r\n\r\n";
  const Handler good = Chunked(chunk(body) + "0\r\n\r\n");
  const Handler bad_size = Chunked(chunk(body.substr(0, 9000)) + "zz\r\n");
  const Handler bad_trailer = Chunked(chunk(body.substr(0, 9000)) + bad_end);
  const Handler gzip =
      Answer(WholeResponse(body, "Transfer-Encoding: gzip\r\n"));
  return {
      {"chunked", {good}, "", 1},
      {"bad chunk size", {bad_size, good}, "", 2},
      {"bad chunk size twice", {bad_size, bad_size, good}, "net/protocol", 2},
      {"bad trailer", {bad_trailer, good}, "", 2},
      {"bad trailer twice",
       {bad_trailer, bad_trailer, good},
       "net/protocol",
       2},
      {"bad trailer of the whole body",
       {Chunked(chunk(body) + bad_end)},
       "",
       1},
      {"content encoding gzip",
       {Answer(WholeResponse(body, "Content-Encoding: gzip\r\n"))},
       "",
       1},
      {"transfer encoding gzip that is none", {gzip, good}, "", 2},
  };
}

std::vector<Row> ContentRows() {
  const std::string& body = ArtifactBody();
  const std::string half = body.substr(0, body.size() / 2);
  const Handler endless = [](ScriptedConnection& c, const std::string&) {
    c.Send(ResponseHead("200 OK", ""));
    for (int i = 0; i < 100; ++i) c.Send(ArtifactBody());
  };
  return {
      {"good", {WholeArtifact()}, "", 1},
      {"HTML by type",
       {Answer(
           WholeResponse("log in", "Content-Type: text/html; charset=x\r\n"))},
       "net/portal",
       1},
      {"HTML by its beginning",
       {Answer(WholeResponse("\r\n <!DOCTYPE html><p>"))},
       "net/portal",
       1},
      {"HTML and long",
       {Answer(WholeResponse("<HTML>" + std::string(9000, ' ')))},
       "net/portal",
       1},
      {"206 at another offset",
       {CutArtifact(20000), RestOfArtifact("\"v1\"", -7), WholeArtifact()},
       "",
       3},
      // It is not taken for a wrong artifact, which may come once.
      {"206 at another offset, then wrong bytes",
       {CutArtifact(20000), RestOfArtifact("\"v1\"", -7), Wrong(),
        WholeArtifact()},
       "",
       4},
      {"206 of a changed entity",
       {CutArtifact(20000), RestOfArtifact("\"v2\""), WholeArtifact()},
       "",
       3},
      {"206 without a range",
       {CutArtifact(20000),
        Answer(ResponseHead("206 Partial Content", "") + half),
        WholeArtifact()},
       "",
       3},
      {"416",
       {CutArtifact(20000), EmptyResponse("416 Range Not Satisfiable"),
        WholeArtifact()},
       "",
       3},
      {"200 to a range", {CutArtifact(20000), WholeArtifact()}, "", 2},
      {"wrong length then good",
       {Answer(WholeResponse(half)), WholeArtifact()},
       "",
       2},
      {"wrong bytes then good", {Wrong(), WholeArtifact()}, "", 2},
      {"wrong bytes twice",
       {Wrong(), Wrong(), WholeArtifact()},
       "net/digest",
       2},
      {"endless body", {endless, endless}, "net/length", 2},
      {"empty body", {Answer(WholeResponse("")), WholeArtifact()}, "", 2},
  };
}

std::vector<Row> StatusRows() {
  const Handler down = EmptyResponse("500 No");
  return {
      {"401", {EmptyResponse("401 Unauthorized")}, "net/auth", 1},
      {"403", {EmptyResponse("403 Forbidden")}, "net/forbidden", 1},
      {"404", {EmptyResponse("404 Not Found")}, "net/missing", 1},
      {"407",
       {EmptyResponse("407 Proxy Authentication Required")},
       "net/proxy-auth",
       1},
      {"418", {EmptyResponse("418 I'm a teapot")}, "net/status", 1},
      {"408", {EmptyResponse("408 Request Timeout"), WholeArtifact()}, "", 2},
      {"500 four times then good",
       {down, EmptyResponse("502 No"), EmptyResponse("503 No"),
        EmptyResponse("504 No"), WholeArtifact()},
       "",
       5},
      {"500 five times",
       {down, down, down, down, down, WholeArtifact()},
       "net/status",
       5},
  };
}

std::vector<Row> FaultScript() {
  std::vector<Row> all;
  for (auto rows :
       {CutRows, HeaderRows, EncodingRows, ContentRows, StatusRows}) {
    for (Row& row : rows()) all.push_back(std::move(row));
  }
  return all;
}

class NetworkFaultRowTest : public NetworkFaultsTest,
                            public testing::WithParamInterface<Row> {};

TEST_P(NetworkFaultRowTest, EndsAsTheScriptSays) {
  ScriptedServer server(GetParam().script);
  Expect(GetParam().id, {server.Url("/a.whl")});
  EXPECT_THAT(server.requests(), SizeIs(GetParam().requests));
}

INSTANTIATE_TEST_SUITE_P(Script, NetworkFaultRowTest,
                         testing::ValuesIn(FaultScript()),
                         [](const testing::TestParamInfo<Row>& info) {
                           std::string name = info.param.name;
                           for (char& c : name) {
                             if (!absl::ascii_isalnum(c)) c = '_';
                           }
                           return name;
                         });

// ---- rows about the connection ----

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

TEST_F(NetworkFaultsTest, ConnectionRefusedIsRetriedThenFails) {
  std::string url;
  {
    ScriptedServer gone({});
    url = gone.Url("/");
  }
  Expect("net/connect", {url});
  EXPECT_THAT(waits_, AllOf(SizeIs(4), Each(StartsWith("for 127.0.0.1:"))));
}

TEST_F(NetworkFaultsTest, DroppedSynEndsByTheStallTimeout) {
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
  fetch_.set_deadline_s(100'000'000);
  context_.deadline = absl::InfiniteDuration();
  const absl::Status status =
      Perform({absl::StrCat("http://[::1]:", server.port(), "/")});
  done = true;
  clock.join();
  EXPECT_THAT(status, HasDiagnosticId("net/timeout"));
  EXPECT_THAT(waits_, SizeIs(4));
}

TEST_F(NetworkFaultsTest, NameWithoutAddressIsRetriedThenFails) {
  Expect("net/dns", {"http://nothing.invalid/"});
  EXPECT_THAT(waits_, SizeIs(4));
}

// The client knows localhost as [::1] and 127.0.0.1, in this order.
TEST_F(NetworkFaultsTest, DeadIpv6DoesNotHoldIpv4Up) {
  ScriptedServer server({WholeArtifact()});
  DeadListener dead(server.port());
  if (!dead.is_there()) GTEST_SKIP() << "no IPv6 loopback";
  Expect("", {absl::StrCat("http://localhost:", server.port(), "/a")});
  EXPECT_THAT(waits_, IsEmpty());
}

TEST_F(NetworkFaultsTest, TlsCutInTheHandshakeIsRetriedThenFails) {
  // What the client says first has no empty line, so reading a head would hang.
  ScriptedServer server({});
  Expect("net/tls", {absl::StrCat("https://127.0.0.1:", server.port(), "/")});
  EXPECT_THAT(waits_, SizeIs(4));
  EXPECT_THAT(server.requests(), SizeIs(5));
}

TEST_F(NetworkFaultsTest, OneByteASecondEndsByTheDeadline) {
  ScriptedServer server({[this](ScriptedConnection& c, const std::string&) {
    c.Send(ResponseHead("200 OK", "Content-Length: 40000\r\n"));
    for (int i = 0; i < kDeadline; ++i) {
      c.Send("x");
      system_.Advance(absl::Seconds(1));
    }
    c.AwaitClose();
  }});
  Expect("net/deadline", {server.Url("/")});
}

TEST_F(NetworkFaultsTest, SilenceEndsByTheStallTimeoutAndIsResumed) {
  std::atomic<uint64_t> done = 0;
  context_.on_progress = [&done](uint64_t now, uint64_t, absl::string_view) {
    done = now;
  };
  ScriptedServer server(
      {[&](ScriptedConnection& c, const std::string&) {
         c.Send(ResponseHead("200 OK",
                             "Content-Length: 40000\r\nETag: \"v1\"\r\n") +
                ArtifactBody().substr(0, 5000));
         while (done < 5000) std::this_thread::yield();
         system_.Advance(HttpClient::kStall);
         c.AwaitClose();
       },
       RestOfArtifact()});
  Expect("", {server.Url("/")});
  EXPECT_EQ(HeaderOf(server.requests()[1], "Range"), "bytes=5000-");
}

// ---- rows about TLS ----

class TlsFaultsTest : public NetworkFaultsTest {
 protected:
  void SetUp() override {
    if (!TlsFolder::HasOpenssl()) GTEST_SKIP() << "no openssl program";
    tls_ = std::make_unique<TlsFolder>();
    fetch_.set_ca_file(tls_->ca_file());
  }

  std::unique_ptr<TlsFolder> tls_;
};

TEST_F(TlsFaultsTest, CutInTheBodyIsResumed) {
  const std::string tag = "ETag: \"v1\"\r\n";
  const std::string whole = WholeResponse(ArtifactBody(), tag);
  TlsServer server(*tls_, whole.substr(0, whole.size() - 15000));
  during_wait_ = [&] {
    server.SetAnswer(absl::StrCat(
        ResponseHead("206 Partial Content",
                     absl::StrCat("Content-Range: bytes 25000-39999/40000\r\n"
                                  "Content-Length: 15000\r\n",
                                  tag)),
        ArtifactBody().substr(25000)));
  };
  Expect("", {server.Url()});
  EXPECT_THAT(waits_, SizeIs(1));
}

TEST_F(TlsFaultsTest, RedirectToHttpIsRefused) {
  ScriptedServer plain({WholeArtifact()});
  TlsServer server(
      *tls_, ResponseHead("302 Found", absl::StrCat("Content-Length: 0\r\n"
                                                    "Location: ",
                                                    plain.Url("/a"), "\r\n")));
  Expect("net/redirect", {server.Url()});
  EXPECT_THAT(plain.requests(), IsEmpty());
}

// ---- rows about redirects, waits, names, proxies and mirrors ----

TEST_F(NetworkFaultsTest, AnotherProcessGoesOnWhereTheFirstWasKilled) {
  const Handler reset = [](ScriptedConnection& c, const std::string&) {
    c.Reset();
  };
  for (const bool is_same : {true, false}) {
    SCOPED_TRACE(is_same);
    system_.RemoveTree("/store/sha256");
    ScriptedServer server({CutArtifact(20'000), reset, reset, reset, reset,
                           is_same ? RestOfArtifact() : WholeArtifact()});
    Expect("net/cut", {server.Url("/x")});
    system_.Restart();
    handler_ = NewFetchHandler();
    Expect("", {server.Url("/x")});
    ASSERT_THAT(server.requests(), SizeIs(6));
    EXPECT_EQ(HeaderOf(server.requests()[5], "Range"), "bytes=20000-");
    EXPECT_EQ(HeaderOf(server.requests()[5], "If-Range"), "\"v1\"");
  }
}

TEST_F(NetworkFaultsTest, RedirectLoopFails) {
  const Handler again = EmptyResponse("302 Found", "Location: /a\r\n");
  ScriptedServer server(std::vector<Handler>(12, again));
  Expect("net/redirect", {server.Url("/a")});
  EXPECT_THAT(server.requests(), SizeIs(HttpClient::kMaxRedirects + 1));
}

TEST_F(NetworkFaultsTest, CredentialsStayWithTheirOrigin) {
  ScriptedServer other({WholeArtifact()});
  ScriptedServer server({EmptyResponse(
      "302 Found", absl::StrCat("Location: ", other.Url("/a"), "\r\n"))});
  fetch_.mutable_credentials()->set_env("LOGIN");
  Expect("", {server.Url("/a")});
  EXPECT_EQ(HeaderOf(server.requests()[0], "Authorization"),
            "Basic dXNlcjpwYXNz");
  EXPECT_EQ(HeaderOf(other.requests()[0], "Authorization"), "");
}

TEST_F(NetworkFaultsTest, RetryAfterIsHonoured) {
  for (const std::string status : {"429 Slow", "503 Down"}) {
    for (const bool is_date : {false, true}) {
      SCOPED_TRACE(absl::StrCat(status, is_date ? " date" : " seconds"));
      system_.RemoveTree("/store");
      system_.AddDirectory("/store", 0700);
      const absl::Duration before = system_.MonotonicClock();
      const std::string date = absl::FormatTime(
          "%a, %d %b %Y %H:%M:%S GMT", system_.WallClock() + absl::Minutes(1),
          absl::UTCTimeZone());
      ScriptedServer server(
          {EmptyResponse(status, absl::StrCat("Retry-After: ",
                                              is_date ? date : "60", "\r\n")),
           WholeArtifact()});
      Expect("", {server.Url("/")});
      EXPECT_EQ(system_.MonotonicClock() - before, absl::Minutes(1));
    }
  }
}

TEST_F(NetworkFaultsTest, RetryAfterBeyondTheDeadlineEndsAtOnce) {
  ScriptedServer server(
      {EmptyResponse("503 Down", "Retry-After: 1000000000\r\n")});
  Expect("net/deadline", {server.Url("/")});
  EXPECT_EQ(system_.MonotonicClock(), absl::ZeroDuration());
}

TEST_F(NetworkFaultsTest, AnEncodedNameIsDecodedOnce) {
  system_.AddFile("/mirror/%2e%2e/a", ArtifactBody());
  Expect("", {"file:///mirror/%252e%252e/a"});
}

TEST_F(NetworkFaultsTest, ANameOfTheServerIsAskedForAsItIs) {
  ScriptedServer server({WholeArtifact()});
  Expect("", {server.Url("/d/%252e%252e/a.whl")});
  EXPECT_THAT(server.requests()[0], StartsWith("GET /d/%252e%252e/a.whl "));
}

TEST_F(NetworkFaultsTest, AProxyThatIsNoUrlIsNamedBeforeAnyConnection) {
  for (const std::string proxy :
       {"proxy.example:3128", "http//proxy", "ftp://proxy:21", "http://",
        "http://user:pw@proxy:3128", "DIRECT"}) {
    SCOPED_TRACE(proxy);
    ScriptedServer server({WholeArtifact()});
    fetch_.set_proxy(proxy);
    Expect("net/proxy", {server.Url("/a")});
    EXPECT_THAT(server.requests(), IsEmpty());
  }
}

TEST_F(NetworkFaultsTest, TheSecondMirrorIsUsedAndBothAreNamed) {
  ScriptedServer stale({Wrong()});
  ScriptedServer good({WholeArtifact()});
  Expect("", {stale.Url("/a.whl"), good.Url("/b.whl")});
  ASSERT_THAT(waits_, SizeIs(1));
  EXPECT_THAT(waits_[0], AllOf(HasSubstr(stale.Url("/a.whl")),
                               HasSubstr(good.Url("/b.whl"))));
}

}  // namespace
}  // namespace provision
