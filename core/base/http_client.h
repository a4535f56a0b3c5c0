#ifndef PROVISION_CORE_BASE_HTTP_CLIENT_H_
#define PROVISION_CORE_BASE_HTTP_CLIENT_H_

// One GET over HTTP or HTTPS, streamed into a sink; the one place that includes
// libcurl. Nothing is taken from the environment: proxy and certificates are
// what the request says. Trying again, resuming and judging the content are for
// Download (download.h).

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "core/base/secret.h"
#include "core/base/system.h"

namespace provision {

struct HttpGet {
  std::string url;
  // Above 0: asks for the bytes from here on, if the entity still has the
  // validator (an ETag or a date), else for all of it.
  uint64_t range_from = 0;
  std::string validator = {};
  // URL of the proxy, without user information; "" is none.
  std::string proxy = {};
  // The same URL with "user:password@", percent-encoded; for the proxy alone.
  const Secret* proxy_login = nullptr;
  // PEM file of the certificates to trust; "" is the system's.
  std::string ca_file = {};
  // "user:password" for the origin of `url`, and for no other.
  const Secret* credentials = nullptr;
  // Value of System::MonotonicClock at which it ends.
  absl::Duration deadline = absl::InfiniteDuration();
};

// Status and headers of the last response of a chain of redirects.
struct HttpHead {
  int status = 0;
  std::string url = {};  // that answered
  std::string content_type = {};
  std::string content_range = {};
  std::string etag = {};
  std::string last_modified = {};
  std::string retry_after = {};
  absl::optional<uint64_t> content_length = {};
};

// Takes the body of a 200 or 206. An error of either function ends the transfer
// with that error.
class HttpSink {
 public:
  virtual ~HttpSink() = default;
  virtual absl::Status Begin(const HttpHead& head) = 0;
  virtual absl::Status Append(absl::string_view bytes) = 0;
};

// Thread-safe.
class HttpClient {
 public:
  static constexpr int kMaxRedirects = 10;
  static constexpr size_t kMaxHeaderBytes = 64 << 10;
  // Without a byte for this long, connecting included, it is a failure.
  static constexpr absl::Duration kStall = absl::Seconds(30);

  virtual ~HttpClient() = default;

  // The head, whatever its status. Errors are diagnostics `net/…`; kUnavailable
  // means that another try may help, kDataLoss that it may from byte 0,
  // kCancelled a stop request. Refused are redirects from https to http, more
  // than kMaxRedirects, headers of more than kMaxHeaderBytes and a length that
  // is given twice.
  virtual absl::StatusOr<HttpHead> Get(const HttpGet& request,
                                       HttpSink& sink) = 0;
};

struct HttpClientOptions {
  // Addresses in place of those that the name system has: "host:port" to
  // "[::1],127.0.0.1". For tests.
  std::map<std::string, std::string> addresses = {};
};

// `system` gives the clock and the stop requests, and outlives the client.
std::unique_ptr<HttpClient> NewHttpClient(System& system,
                                          HttpClientOptions options = {});

// `url` without user information, query and fragment, for people.
std::string PrintableUrl(absl::string_view url);

// OK if `url` can name a proxy: http, https, socks5 or socks5h, with a host and
// without user information. Else `net/proxy`.
absl::Status CheckProxyUrl(absl::string_view url);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_HTTP_CLIENT_H_
