#include "core/facts/network_facts.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "core/base/diagnostic.h"
#include "core/base/name_resolution.h"
#include "core/base/secret.h"
#include "core/facts/absent_fact.h"

namespace provision {
namespace {

constexpr absl::Duration kDeadline = absl::Seconds(10);
constexpr int64_t kDefaultMaxBytes = 1 << 20;
constexpr int kHttpsPort = 443;

class BoundedSink final : public HttpSink {
 public:
  explicit BoundedSink(int64_t max_bytes) : max_bytes_(max_bytes) {}

  absl::Status Begin(const HttpHead&) override {
    body_.clear();
    return absl::OkStatus();
  }

  absl::Status Append(absl::string_view bytes) override {
    if (static_cast<int64_t>(body_.size() + bytes.size()) > max_bytes_) {
      return absl::OutOfRangeError(
          absl::StrCat("the body is larger than ", max_bytes_, " bytes"));
    }
    body_.append(bytes.data(), bytes.size());
    return absl::OkStatus();
  }

  const std::string& body() const { return body_; }

 private:
  const int64_t max_bytes_;
  std::string body_;
};

// Ends the transfer: the handshake was all that counts.
class NoBody final : public HttpSink {
 public:
  absl::Status Begin(const HttpHead&) override { return absl::OkStatus(); }
  absl::Status Append(absl::string_view) override {
    return absl::AlreadyExistsError("enough");
  }
};

HttpGet RequestFor(System& system, std::string url) {
  HttpGet request;
  request.url = std::move(url);
  request.deadline = system.MonotonicClock() + kDeadline;
  return request;
}

}  // namespace

FactValue ReadHttpFact(System& system, HttpClient& http,
                       const FactQuery::HttpRead& query) {
  BoundedSink sink(query.has_max_bytes() ? query.max_bytes()
                                         : kDefaultMaxBytes);
  HttpGet request = RequestFor(system, query.url());
  request.proxy = query.proxy();
  absl::optional<Secret> login;
  if (query.has_proxy_login()) {
    login.emplace(system.Variable(query.proxy_login()).value_or(""));
    request.proxy_login = &*login;
  }
  absl::StatusOr<HttpHead> head = http.Get(request, sink);
  if (!head.ok()) return AbsentFact(head.status());
  FactValue value;
  FactValue::HttpRead* read = value.mutable_http_read();
  read->set_status(head->status);
  read->set_content_type(head->content_type);
  read->set_body(sink.body());
  return value;
}

FactValue ReadTlsFact(System& system, HttpClient& http,
                      const FactQuery::TlsProbe& query) {
  const bool is_address = absl::StrContains(query.host(), ":");
  NoBody sink;
  absl::StatusOr<HttpHead> head = http.Get(
      RequestFor(
          system,
          absl::StrCat("https://", is_address ? "[" : "", query.host(),
                       is_address ? "]" : "", ":",
                       query.has_port() ? query.port() : kHttpsPort, "/")),
      sink);
  FactValue value;
  if (head.ok() || absl::IsAlreadyExists(head.status())) {
    value.mutable_tls_probe()->set_trusted(true);
    return value;
  }
  if (!absl::StartsWith(DiagnosticId(head.status()), "net/tls")) {
    return AbsentFact(head.status());
  }
  value.mutable_tls_probe()->set_trusted(false);
  value.mutable_tls_probe()->set_text(std::string(head.status().message()));
  return value;
}

FactValue ReadNameFact(const FactQuery::NameResolution& query) {
  absl::StatusOr<std::vector<std::string>> addresses =
      ResolveName(query.name());
  if (!addresses.ok()) return AbsentFact(addresses.status());
  FactValue value;
  value.mutable_name_resolution();
  for (const std::string& address : *addresses) {
    value.mutable_name_resolution()->add_address(address);
  }
  return value;
}

}  // namespace provision
