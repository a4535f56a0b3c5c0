#ifndef PROVISION_CORE_ACTIONS_PREIMAGE_CIPHER_H_
#define PROVISION_CORE_ACTIONS_PREIMAGE_CIPHER_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/actions/action_handler.h"
#include "core/base/secret.h"

namespace provision {

// Encrypts pre-images of secret files under a key that is derived from the
// host's (`key`, asked for at each use), so that undo/ alone reveals nothing.
class KeyedPreimageCipher final : public PreimageCipher {
 public:
  using KeySource = std::function<absl::StatusOr<Secret>()>;

  explicit KeyedPreimageCipher(KeySource key);

  absl::StatusOr<std::string> Encrypt(absl::string_view plain) override;
  absl::StatusOr<std::string> Decrypt(absl::string_view cipher) override;
  absl::StatusOr<std::string> MaskDigest(absl::string_view sha256) override;

 private:
  absl::StatusOr<std::string> DerivedKey(absl::string_view purpose);

  const KeySource key_;
};

}  // namespace provision

#endif  // PROVISION_CORE_ACTIONS_PREIMAGE_CIPHER_H_
