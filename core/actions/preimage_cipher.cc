#include "core/actions/preimage_cipher.h"

#include <utility>

#include "core/base/crypto.h"
#include "core/base/status_macros.h"

namespace provision {

KeyedPreimageCipher::KeyedPreimageCipher(KeySource key)
    : key_(std::move(key)) {}

absl::StatusOr<std::string> KeyedPreimageCipher::DerivedKey() {
  PROVISION_ASSIGN_OR_RETURN(Secret key, key_());
  return HmacSha256(key.Reveal(), "provision pre-image");
}

absl::StatusOr<std::string> KeyedPreimageCipher::Encrypt(
    absl::string_view plain) {
  PROVISION_ASSIGN_OR_RETURN(std::string key, DerivedKey());
  return provision::Encrypt(key, plain);
}

absl::StatusOr<std::string> KeyedPreimageCipher::Decrypt(
    absl::string_view cipher) {
  PROVISION_ASSIGN_OR_RETURN(std::string key, DerivedKey());
  return provision::Decrypt(key, cipher);
}

}  // namespace provision
