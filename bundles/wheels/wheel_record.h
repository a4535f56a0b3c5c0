#ifndef PROVISION_BUNDLES_WHEELS_WHEEL_RECORD_H_
#define PROVISION_BUNDLES_WHEELS_WHEEL_RECORD_H_

// RECORD: what a distribution consists of. CSV, as Python's csv module reads
// and writes it by default: PATH,ALGORITHM=DIGEST,SIZE.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace provision {

// A digest in RECORD.
struct WheelRecordDigest {
  enum class Algorithm { kSha256, kSha384, kSha512 };
  Algorithm algorithm = Algorithm::kSha256;
  std::string bytes = {};

  // Whether `content` has it.
  bool Fits(absl::string_view content) const;
};

// Of a path that RECORD lists.
struct WheelRecordRow {
  std::string path = {};
  absl::optional<WheelRecordDigest> digest = {};
  absl::optional<uint64_t> size = {};
};

// The rows as the text has them, three fields each; what they say is not
// judged but for the digest, which is SHA-256 or longer in unpadded URL-safe
// base64, and the size, a number. The rest is `wheel/record`.
absl::StatusOr<std::vector<WheelRecordRow>> ParseWheelRecord(
    absl::string_view text);

// The rows of a RECORD that is written: sorted by path, digests as SHA-256.
std::string WheelRecordText(std::vector<WheelRecordRow> rows);

// The row of a file with this SHA-256, given in hexadecimal digits.
WheelRecordRow WheelRecordRowOf(absl::string_view path,
                                absl::string_view sha256, uint64_t size);

}  // namespace provision

#endif  // PROVISION_BUNDLES_WHEELS_WHEEL_RECORD_H_
