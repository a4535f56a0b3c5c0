#ifndef PROVISION_CORE_BASE_DOWNLOAD_H_
#define PROVISION_CORE_BASE_DOWNLOAD_H_

// Brings one artifact in, over as many tries, mirrors and resumptions as the
// network policy allows (reliability.md 13).

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "core/base/http_client.h"
#include "core/base/secret.h"
#include "core/base/system.h"

namespace provision {

// The partial file. It survives a killed process, so a later one resumes.
class DownloadTarget {
 public:
  virtual ~DownloadTarget() = default;
  // How many bytes are there; the URL that they came from, and the validator of
  // the entity they are of.
  virtual uint64_t size() const = 0;
  virtual std::string url() const = 0;
  virtual std::string validator() const = 0;
  // Drops all bytes; those that come next are from `url`, of an entity with
  // `validator`, which may be "".
  virtual absl::Status Restart(absl::string_view url,
                               absl::string_view validator) = 0;
  virtual absl::Status Append(absl::string_view bytes) = 0;
  // SHA-256 of all bytes, hexadecimal.
  virtual std::string Digest() const = 0;
};

struct DownloadRequest {
  std::vector<std::string> urls = {};  // http or https; mirrors, in order
  std::string sha256 = {};             // "" if it is not pinned
  absl::optional<uint64_t> size = {};
  uint64_t max_bytes = uint64_t{64} << 20;  // where no size is declared
  std::string proxy = {};
  const Secret* proxy_login = nullptr;  // as HttpGet has it
  std::string ca_file = {};
  const Secret* credentials = nullptr;       // for the origin of each URL
  absl::Duration deadline = absl::Hours(1);  // over all tries
};

struct DownloadEvents {
  std::function<void(uint64_t done, uint64_t total)> on_progress =
      [](uint64_t, uint64_t) {};
  // A failure that is not the end: "for files.example, try 2 of 5", or which
  // mirror comes next and why.
  std::function<void(absl::string_view)> on_wait = [](absl::string_view) {};
};

inline constexpr int kDownloadTries = 5;  // of each URL

// Leaves exactly the artifact in `target`, or an error; then `target` holds
// what can be resumed. A wrong digest or length is tried once more, from byte 0
// and from the next mirror if there is one. Errors: `net/…` of the last try,
// with what was tried; kCancelled after a stop request.
absl::Status Download(const DownloadRequest& request, HttpClient& client,
                      System& system, const DownloadEvents& events,
                      DownloadTarget& target);

// How long a Retry-After header asks to wait: seconds, or until a date. Nothing
// if it is neither.
absl::optional<absl::Duration> ParseRetryAfter(absl::string_view value,
                                               absl::Time now);

// Full jitter: anything from 0 to 0.5 s, doubled with each try, at most 30 s.
absl::Duration BackoffWait(int tries_before, System& system);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_DOWNLOAD_H_
