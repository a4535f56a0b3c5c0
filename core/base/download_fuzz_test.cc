// What a server answers: heads, bodies and redirects by the real client. A
// download that succeeds has the bytes that were asked for.

#include <memory>

#include "absl/strings/str_split.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/download.h"
#include "core/testing/fake_system.h"
#include "core/testing/scripted_server.h"
#include "tools/fuzz/fuzz_target.h"

namespace provision {
namespace {

constexpr char kBody[] = "the artifact";

class Target : public DownloadTarget {
 public:
  uint64_t size() const override { return bytes.size(); }
  std::string url() const override { return url_; }
  std::string validator() const override { return validator_; }
  absl::Status Restart(absl::string_view url,
                       absl::string_view validator) override {
    bytes.clear();
    url_ = std::string(url);
    validator_ = std::string(validator);
    return absl::OkStatus();
  }
  absl::Status Append(absl::string_view more) override {
    bytes.append(more.data(), more.size());
    Require(bytes.size() < sizeof(kBody), "no more than was asked for");
    return absl::OkStatus();
  }
  std::string Digest() const override { return Sha256Hex(bytes); }

  std::string bytes;

 private:
  std::string url_;
  std::string validator_;
};

// A line of three `~` parts the answers to one connection after another.
void Judge(absl::string_view text) {
  std::vector<ScriptedServer::Handler> script;
  for (absl::string_view answer : absl::StrSplit(text, "\n~~~\n")) {
    script.push_back(Answer(std::string(answer)));
  }
  FakeSystem system;
  // As the proxy, so that no redirect leads anywhere else.
  ScriptedServer server(script);
  const std::unique_ptr<HttpClient> client = NewHttpClient(system);
  Target target;
  const absl::Status status = Download({.urls = {"http://files.example/a"},
                                        .sha256 = Sha256Hex(kBody),
                                        .size = sizeof(kBody) - 1,
                                        .proxy = server.Url(""),
                                        .deadline = absl::Minutes(10)},
                                       *client, system, {}, target);
  Require(status.ok() == (target.bytes == kBody) || !status.ok(),
          "success is the artifact");
  Require(status.ok() || !DiagnosticId(status).empty(), "a failure has an id");
}

}  // namespace
}  // namespace provision

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  provision::Judge(provision::FuzzInput(data, size));
  return 0;
}
