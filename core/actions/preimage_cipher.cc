#include "core/actions/preimage_cipher.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "core/base/crypto.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr char kForContent[] = "provision pre-image";
constexpr char kForDigests[] = "provision digest of a secret";

}  // namespace

KeyedPreimageCipher::KeyedPreimageCipher(KeySource key)
    : key_(std::move(key)) {}

absl::StatusOr<std::string> KeyedPreimageCipher::DerivedKey(
    absl::string_view purpose) {
  PROVISION_ASSIGN_OR_RETURN(Secret key, key_());
  return HmacSha256(key.Reveal(), purpose);
}

absl::StatusOr<std::string> KeyedPreimageCipher::Encrypt(
    absl::string_view plain) {
  PROVISION_ASSIGN_OR_RETURN(std::string key, DerivedKey(kForContent));
  return provision::Encrypt(key, plain);
}

absl::StatusOr<std::string> KeyedPreimageCipher::Decrypt(
    absl::string_view cipher) {
  PROVISION_ASSIGN_OR_RETURN(std::string key, DerivedKey(kForContent));
  return provision::Decrypt(key, cipher);
}

absl::StatusOr<std::string> KeyedPreimageCipher::MaskDigest(
    absl::string_view sha256) {
  PROVISION_ASSIGN_OR_RETURN(std::string key, DerivedKey(kForDigests));
  return absl::BytesToHexString(HmacSha256(key, sha256));
}

}  // namespace provision
