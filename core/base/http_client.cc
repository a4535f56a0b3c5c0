#include "core/base/http_client.h"

#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/diagnostic.h"
#include "core/base/libcurl.h"
#include "core/base/planted_bug.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr char kProtocols[] = "http,https";
// How long a wait for the network takes before clock and stop requests are
// looked at again.
constexpr int kPollMilliseconds = 50;

// CURL and CURLM are both void.
struct FreeEasy {
  void operator()(CURL* easy) const { Curl().easy_cleanup(easy); }
};
struct FreeMulti {
  void operator()(CURLM* multi) const { Curl().multi_cleanup(multi); }
};
struct FreeUrl {
  void operator()(CURLU* url) const { Curl().url_cleanup(url); }
};
struct FreeList {
  void operator()(curl_slist* list) const { Curl().slist_free_all(list); }
};
struct FreeText {
  void operator()(char* text) const { Curl().free(text); }
};
using List = std::unique_ptr<curl_slist, FreeList>;

// A parsed URL.
class Url {
 public:
  Url() : url_(Curl().url()) {}

  // False if `text`, relative to what is there, is no URL.
  bool Set(absl::string_view text) {
    return Curl().url_set(url_.get(), CURLUPART_URL, std::string(text).c_str(),
                          CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK;
  }
  void Clear(CURLUPart part) { Curl().url_set(url_.get(), part, nullptr, 0); }

  std::string Get(CURLUPart part, unsigned flags = 0) const {
    char* text = nullptr;
    if (Curl().url_get(url_.get(), part, &text, flags) != CURLUE_OK) return "";
    std::unique_ptr<char, FreeText> owned(text);
    return text;
  }
  std::string text() const { return Get(CURLUPART_URL); }
  std::string scheme() const { return Get(CURLUPART_SCHEME); }
  std::string host() const { return Get(CURLUPART_HOST); }
  std::string origin() const {
    return absl::StrCat(scheme(), "://", host(), ":",
                        Get(CURLUPART_PORT, CURLU_DEFAULT_PORT));
  }
  bool has_user() const {
    return !Get(CURLUPART_USER).empty() || !Get(CURLUPART_PASSWORD).empty();
  }

 private:
  std::unique_ptr<CURLU, FreeUrl> url_;
};

// One request and its one response, without redirects.
class Exchange {
 public:
  Exchange(System& system, const HttpClientOptions& options,
           const HttpGet& request, const Url& url, bool with_credentials,
           HttpSink& sink)
      : system_(system),
        options_(options),
        request_(request),
        url_(url),
        with_credentials_(with_credentials),
        sink_(sink) {}

  absl::Status Run();

  const HttpHead& head() const { return head_; }
  const std::string& location() const { return location_; }

 private:
  void SetOptions();
  void SetRequestHeaders();
  absl::Status Transfer();
  absl::Status CheckTime();
  absl::Status Explain(CURLcode code) const;
  absl::Status Fail(absl::StatusCode code, absl::string_view id,
                    absl::string_view what) const;
  bool TakeHeader(absl::string_view line);
  bool TakeField(absl::string_view name, absl::string_view value);
  bool TakeBody(absl::string_view bytes);

  static size_t OnHeader(char* data, size_t, size_t size, void* self) {
    const absl::string_view line(data, size);
    return static_cast<Exchange*>(self)->TakeHeader(line) ? size : 0;
  }
  static size_t OnBody(char* data, size_t, size_t size, void* self) {
    const absl::string_view bytes(data, size);
    return static_cast<Exchange*>(self)->TakeBody(bytes) ? size : size + 1;
  }

  System& system_;
  const HttpClientOptions& options_;
  const HttpGet& request_;
  const Url& url_;
  const bool with_credentials_;
  HttpSink& sink_;

  std::unique_ptr<CURL, FreeEasy> easy_{Curl().easy_init()};
  List headers_;
  List addresses_;
  char message_[CURL_ERROR_SIZE] = {};
  HttpHead head_;
  std::string location_;
  size_t header_bytes_ = 0;
  bool has_begun_ = false;
  // The body is of no interest: it is not read to its end.
  bool is_enough_ = false;
  absl::Status error_;  // why a callback stopped the transfer
  // The last time that a byte came.
  absl::Duration progress_at_;
};

absl::Status Exchange::Fail(absl::StatusCode code, absl::string_view id,
                            absl::string_view what) const {
  return DiagnosticError(code, id, absl::StrCat(url_.host(), ": ", what));
}

void Exchange::SetOptions() {
  CURL* easy = easy_.get();
  Curl().easy_setopt(easy, CURLOPT_URL, url_.text().c_str());
  Curl().easy_setopt(easy, CURLOPT_PROTOCOLS_STR, kProtocols);
  Curl().easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  Curl().easy_setopt(easy, CURLOPT_ERRORBUFFER, message_);
  Curl().easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  Curl().easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Exchange::OnHeader);
  Curl().easy_setopt(easy, CURLOPT_HEADERDATA, this);
  Curl().easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Exchange::OnBody);
  Curl().easy_setopt(easy, CURLOPT_WRITEDATA, this);
  Curl().easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  // Our clock ends what takes too long; curl's own limit would be real time.
  Curl().easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, 86400L);
  // Set, though empty: else the environment decides.
  Curl().easy_setopt(easy, CURLOPT_PROXY, request_.proxy.c_str());
  Curl().easy_setopt(easy, CURLOPT_NOPROXY, "");
  if (request_.proxy_login != nullptr) {
    Url proxy;
    proxy.Set(request_.proxy_login->Reveal());
    const Secret login(absl::StrCat(proxy.Get(CURLUPART_USER), ":",
                                    proxy.Get(CURLUPART_PASSWORD)));
    // What the proxy asks for, NTLM and Negotiate included.
    Curl().easy_setopt(easy, CURLOPT_PROXYAUTH, CURLAUTH_ANY);
    // Percent-encoded: curl decodes it.
    Curl().easy_setopt(easy, CURLOPT_PROXYUSERPWD,
                       std::string(login.Reveal()).c_str());
  }
  Curl().easy_setopt(easy, CURLOPT_NETRC, CURL_NETRC_IGNORED);
  if (!request_.ca_file.empty()) {
    Curl().easy_setopt(easy, CURLOPT_CAINFO, request_.ca_file.c_str());
  }
  if (with_credentials_ && request_.credentials != nullptr) {
    Curl().easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    const Secret login(std::string(request_.credentials->Reveal()));
    Curl().easy_setopt(easy, CURLOPT_USERPWD,
                       std::string(login.Reveal()).c_str());
  }
  for (const auto& [host, addresses] : options_.addresses) {
    addresses_.reset(Curl().slist_append(
        addresses_.release(), absl::StrCat(host, ":", addresses).c_str()));
  }
  Curl().easy_setopt(easy, CURLOPT_RESOLVE, addresses_.get());
  SetRequestHeaders();
}

void Exchange::SetRequestHeaders() {
  std::vector<std::string> headers = {"User-Agent: provision"};
  if (request_.range_from > 0) {
    headers.push_back(absl::StrCat("Range: bytes=", request_.range_from, "-"));
    headers.push_back(absl::StrCat("If-Range: ", request_.validator));
  }
  for (const std::string& header : headers) {
    headers_.reset(Curl().slist_append(headers_.release(), header.c_str()));
  }
  Curl().easy_setopt(easy_.get(), CURLOPT_HTTPHEADER, headers_.get());
}

absl::Status Exchange::Run() {
  SetOptions();
  absl::Status status = Transfer();
  if (!status.ok()) return status;
  head_.url = url_.text();
  // An empty body has called nothing yet.
  if ((head_.status == 200 || head_.status == 206) && !has_begun_) {
    return sink_.Begin(head_);
  }
  return absl::OkStatus();
}

absl::Status Exchange::Transfer() {
  std::unique_ptr<CURLM, FreeMulti> multi(Curl().multi_init());
  Curl().multi_add_handle(multi.get(), easy_.get());
  progress_at_ = system_.MonotonicClock();
  const int stops = system_.stop_requests();
  absl::Status status;
  while (true) {
    int running = 0;
    Curl().multi_perform(multi.get(), &running);
    int left = 0;
    CURLMsg* done = Curl().multi_info_read(multi.get(), &left);
    if (done != nullptr && done->msg == CURLMSG_DONE) {
      status = Explain(done->data.result);
      break;
    }
    status = CheckTime();
    if (!status.ok()) break;
    if (system_.stop_requests() > stops) {
      status = absl::CancelledError("stop requested");
      break;
    }
    Curl().multi_poll(multi.get(), nullptr, 0, kPollMilliseconds, nullptr);
  }
  Curl().multi_remove_handle(multi.get(), easy_.get());
  return status;
}

absl::Status Exchange::CheckTime() {
  const absl::Duration now = system_.MonotonicClock();
  if (now >= request_.deadline) {
    return Fail(absl::StatusCode::kDeadlineExceeded, "net/deadline",
                "not done within the deadline");
  }
  if (now - progress_at_ < HttpClient::kStall) return absl::OkStatus();
  return Fail(absl::StatusCode::kUnavailable, "net/timeout",
              absl::StrCat("nothing came for ",
                           absl::FormatDuration(HttpClient::kStall)));
}

// What an end of the transfer means.
absl::Status Exchange::Explain(CURLcode code) const {
  if (!error_.ok()) return error_;
  if (code == CURLE_OK || is_enough_) return absl::OkStatus();
  const absl::string_view detail =
      message_[0] != '\0' ? message_ : Curl().easy_strerror(code);
  constexpr absl::StatusCode kRetry = absl::StatusCode::kUnavailable;
  constexpr absl::StatusCode kFinal = absl::StatusCode::kFailedPrecondition;
  long connect_status = 0;  // NOLINT: curl's own type
  Curl().easy_getinfo(easy_.get(), CURLINFO_HTTP_CONNECTCODE, &connect_status);
  if (connect_status == 407) {
    return Fail(kFinal, "net/proxy-auth", "proxy wants credentials");
  }
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return Fail(kRetry, "net/dns", "no address for this name");
    case CURLE_COULDNT_RESOLVE_PROXY:
      return Fail(kRetry, "net/proxy", "no address for its proxy's name");
    case CURLE_COULDNT_CONNECT:
      return Fail(kRetry, "net/connect", detail);
    case CURLE_PEER_FAILED_VERIFICATION:
      return DiagnosticError(
                 kFinal, "net/tls-issuer",
                 absl::StrCat(url_.host(), ": certificate is not trusted"))
          .Because(detail);
    case CURLE_OUT_OF_MEMORY:  // that is how curl calls a line over its limit
      return Fail(kFinal, "net/header", "a header line of more than 100 KiB");
    case CURLE_SSL_CACERT_BADFILE:
      return Fail(kFinal, "net/ca-file", detail);
    case CURLE_SSL_CONNECT_ERROR:
      return Fail(kRetry, "net/tls", detail);
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return Fail(kFinal, "net/protocol", detail);
    case CURLE_RECV_ERROR:
      // Whatever the bytes were, going on behind them makes no sense.
      if (absl::StrContains(detail, "chunked-encoding")) {
        return Fail(absl::StatusCode::kDataLoss, "net/protocol", detail);
      }
      return Fail(kRetry, "net/cut", detail);
    default:
      return Fail(kRetry, "net/cut", detail);
  }
}

bool Exchange::TakeHeader(absl::string_view line) {
  progress_at_ = system_.MonotonicClock();
  header_bytes_ += line.size();
  if (header_bytes_ > HttpClient::kMaxHeaderBytes) {
    error_ = Fail(absl::StatusCode::kFailedPrecondition, "net/header",
                  "headers of more than 64 KiB");
    return false;
  }
  line = absl::StripTrailingAsciiWhitespace(line);
  if (absl::StartsWith(line, "HTTP/")) {
    // The first of another response: what an interim one said is forgotten.
    head_ = HttpHead();
    location_.clear();
    const std::vector<absl::string_view> words = absl::StrSplit(line, ' ');
    return words.size() >= 2 && absl::SimpleAtoi(words[1], &head_.status);
  }
  const std::pair<absl::string_view, absl::string_view> field =
      absl::StrSplit(line, absl::MaxSplits(':', 1));
  return TakeField(field.first, absl::StripAsciiWhitespace(field.second));
}

bool Exchange::TakeField(absl::string_view name, absl::string_view value) {
  const std::pair<absl::string_view, std::string*> kFields[] = {
      {"content-type", &head_.content_type},
      {"content-range", &head_.content_range},
      {"etag", &head_.etag},
      {"last-modified", &head_.last_modified},
      {"retry-after", &head_.retry_after},
      {"location", &location_},
  };
  for (const auto& [known, target] : kFields) {
    if (absl::EqualsIgnoreCase(name, known)) *target = std::string(value);
  }
  if (!absl::EqualsIgnoreCase(name, "content-length")) return true;
  uint64_t length = 0;
  if (head_.content_length.has_value() || !absl::SimpleAtoi(value, &length) ||
      absl::StartsWith(value, "+")) {
    error_ = Fail(absl::StatusCode::kFailedPrecondition, "net/header",
                  "a length that is no number or is given twice");
    return false;
  }
  head_.content_length = length;
  return true;
}

bool Exchange::TakeBody(absl::string_view bytes) {
  progress_at_ = system_.MonotonicClock();
  is_enough_ = head_.status != 200 && head_.status != 206;
  if (is_enough_) return false;
  if (!has_begun_) {
    has_begun_ = true;
    head_.url = url_.text();
    error_ = sink_.Begin(head_);
  }
  if (error_.ok()) error_ = sink_.Append(bytes);
  return error_.ok();
}

class CurlHttpClient : public HttpClient {
 public:
  CurlHttpClient(System& system, HttpClientOptions options)
      : system_(system), options_(std::move(options)) {}

  absl::StatusOr<HttpHead> Get(const HttpGet& request,
                               HttpSink& sink) override {
    if (!request.proxy.empty()) {
      PROVISION_RETURN_IF_ERROR(CheckProxyUrl(request.proxy));
    }
    Url url;
    PROVISION_RETURN_IF_ERROR(CheckUrl(request.url, url));
    const std::string origin = url.origin();
    for (int redirects = 0; redirects <= kMaxRedirects; ++redirects) {
      Exchange exchange(system_, options_, request, url, url.origin() == origin,
                        sink);
      PROVISION_RETURN_IF_ERROR(exchange.Run());
      if (exchange.head().status / 100 != 3 || exchange.location().empty()) {
        return exchange.head();
      }
      PROVISION_RETURN_IF_ERROR(Redirect(exchange.location(), url));
    }
    return DiagnosticError(
        absl::StatusCode::kFailedPrecondition, "net/redirect",
        absl::StrCat(url.host(), ": more than ", kMaxRedirects, " redirects"));
  }

 private:
  static absl::Status CheckUrl(absl::string_view text, Url& url) {
    if (url.Set(text) && !url.has_user() && !url.host().empty() &&
        (url.scheme() == "http" || url.scheme() == "https")) {
      return absl::OkStatus();
    }
    return DiagnosticError(
        absl::StatusCode::kInvalidArgument, "net/url",
        absl::StrCat(PrintableUrl(text),
                     ": not a URL of http or https without a login"));
  }

  static absl::Status Redirect(const std::string& location, Url& url) {
    const std::string from = url.host();
    const bool was_secure = url.scheme() == "https";
    const bool is_url = url.Set(location);
    url.Clear(CURLUPART_USER);
    url.Clear(CURLUPART_PASSWORD);
    const bool is_secure =
        url.scheme() == "https" || IsPlanted("redirect_to_http");
    if (is_url && (is_secure || (url.scheme() == "http" && !was_secure))) {
      return absl::OkStatus();
    }
    return DiagnosticError(
        absl::StatusCode::kFailedPrecondition, "net/redirect",
        absl::StrCat(from, ": redirect ",
                     is_url && was_secure ? "from https to " : "to ",
                     is_url ? url.scheme() : "what is no URL"));
  }

  System& system_;
  const HttpClientOptions options_;
};

}  // namespace

std::unique_ptr<HttpClient> NewHttpClient(System& system,
                                          HttpClientOptions options) {
  return std::make_unique<CurlHttpClient>(system, std::move(options));
}

std::string PrintableUrl(absl::string_view text) {
  Url url;
  if (!url.Set(text)) return "a URL that cannot be read";
  for (CURLUPart part : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY,
                         CURLUPART_FRAGMENT}) {
    url.Clear(part);
  }
  return url.text();
}

absl::Status CheckProxyUrl(absl::string_view text) {
  Url url;
  const bool is_url = absl::StrContains(text, "://") && url.Set(text);
  const std::string scheme = is_url ? url.scheme() : "";
  if (is_url && !url.host().empty() && !url.has_user() &&
      (scheme == "http" || scheme == "https" || scheme == "socks5" ||
       scheme == "socks5h")) {
    return absl::OkStatus();
  }
  return DiagnosticError(absl::StatusCode::kInvalidArgument, "net/proxy",
                         "the proxy is not a URL such as "
                         "http://proxy.example:3128, without a login")
      .Found(is_url ? PrintableUrl(text) : "text that is no URL");
}

}  // namespace provision
