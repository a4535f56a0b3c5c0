#ifndef PROVISION_BUNDLES_TRUST_JUDGE_H_
#define PROVISION_BUNDLES_TRUST_JUDGE_H_

// Whether those that are trusted vouch for a bundle (bundles.md 6.3, 7 steps 3
// to 5), before anything of the bundle but its signatures is looked at.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "bundles/trust/statement.h"
#include "core/api/bundle.h"

namespace provision {

struct Judgement {
  BundleVerdict verdict;
  // What enough signers said; nothing if the root digest was named instead.
  absl::optional<Statement> statement;
};

// `documents` are the signatures as they are in the bundle. Signatures count
// together only over the same bytes, and a key once; bad and unknown ones do
// not spoil good ones. Errors are those of bundles.md 6.6.
absl::StatusOr<Judgement> Judge(const BundleTrust& trust,
                                const std::vector<std::string>& documents,
                                absl::string_view root_digest);

}  // namespace provision

#endif  // PROVISION_BUNDLES_TRUST_JUDGE_H_
