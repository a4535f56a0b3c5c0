#ifndef PROVISION_BUNDLES_TRUST_STATEMENT_H_
#define PROVISION_BUNDLES_TRUST_STATEMENT_H_

// What a signer says of a bundle (bundles/format.md 8): an in-toto statement in
// canonical JSON, and the bytes of it that DSSE signs.

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace provision {

inline constexpr absl::string_view kPayloadType =
    "application/vnd.in-toto+json";

struct Statement {
  std::string bundle = {};
  uint64_t version = 0;
  std::string root_digest = {};  // hex
  absl::Time signed_at = absl::UnixEpoch();
  absl::Time expires = absl::UnixEpoch();

  friend bool operator==(const Statement&, const Statement&) = default;
};

std::string StatementText(const Statement& statement);

// `trust/statement`, naming the member. Only of bytes whose signature is good.
absl::StatusOr<Statement> ParseStatement(absl::string_view text);

// The bytes that are signed for `payload` of kPayloadType.
std::string SignedBytes(absl::string_view payload);

// "2027-01-01T09:00:00Z", exactly.
std::string TimeText(absl::Time time);
bool ParseTimeText(absl::string_view text, absl::Time* time);

}  // namespace provision

#endif  // PROVISION_BUNDLES_TRUST_STATEMENT_H_
