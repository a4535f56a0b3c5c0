#ifndef PROVISION_CORE_CLI_BUNDLE_SIGNING_FLAGS_H_
#define PROVISION_CORE_CLI_BUNDLE_SIGNING_FLAGS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/api/bundle.h"
#include "core/base/signing.h"
#include "core/cli/command_context.h"

namespace provision {

// What --sign-key, --signed-at and --expires say.
struct SigningFlags {
  std::vector<PrivateKey> keys;
  absl::Time signed_at;
  absl::Time expires;
  // Neither time was given: a further signature says those of the first.
  bool take_over = true;

  std::vector<BundleSigning> signing() const;
};

// Reads the keys, which nobody else may read (`key/permissions`), and asks for
// their passphrases. Expiry is 180 days after signing by default.
absl::StatusOr<SigningFlags> ReadSigningFlags(CommandContext& context);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_BUNDLE_SIGNING_FLAGS_H_
