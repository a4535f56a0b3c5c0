#ifndef PROVISION_CORE_BASE_CRYPTO_H_
#define PROVISION_CORE_BASE_CRYPTO_H_

// Digests, keyed digests and random bytes; the one place that includes
// BoringSSL. Nothing of BoringSSL shows in this header.
//
//   Sha256 hash;
//   hash.Update(chunk);
//   std::string hex = hash.FinalHex();

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace provision {

// SHA-256 over bytes that arrive in pieces. A plain value: a copy goes on
// independently from where the original was. Not for use by two threads.
class Sha256 {
 public:
  static constexpr size_t kSize = 32;

  Sha256();

  void Update(absl::string_view bytes);

  // The digest, as 32 raw bytes or 64 lower-case hexadecimal digits. Ends the
  // computation: nothing may be called afterwards.
  std::string Final();
  std::string FinalHex();

 private:
  // Holds a SHA256_CTX; the source file asserts that it fits.
  alignas(8) std::array<unsigned char, 128> context_;
};

// SHA-256 of `bytes`: 32 raw bytes, or 64 lower-case hexadecimal digits.
std::string Sha256Bytes(absl::string_view bytes);
std::string Sha256Hex(absl::string_view bytes);

// The longer ones, raw bytes: for digests that others have chosen.
std::string Sha384Bytes(absl::string_view bytes);
std::string Sha512Bytes(absl::string_view bytes);

// HMAC-SHA-256, 32 raw bytes. Any length of key, an empty one included.
std::string HmacSha256(absl::string_view key, absl::string_view bytes);

// Encrypts under a 32-byte key with AES-256-GCM and a random nonce; decrypting
// anything but what Encrypt gave under the same key is kDataLoss.
std::string Encrypt(absl::string_view key, absl::string_view plain);
absl::StatusOr<std::string> Decrypt(absl::string_view key,
                                    absl::string_view sealed);

// `n` bytes from the system's cryptographic generator. Aborts if it has none.
std::string RandomBytes(size_t n);

// Whether two byte strings are equal, in time that depends on their lengths
// only. For anything that an attacker may probe.
bool ConstantTimeEquals(absl::string_view a, absl::string_view b);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_CRYPTO_H_
