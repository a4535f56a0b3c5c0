#ifndef PROVISION_CORE_BASE_SIGNING_H_
#define PROVISION_CORE_BASE_SIGNING_H_

// Signatures: Ed25519 and ECDSA P-256 with SHA-256 (bundles.md 6.2). The
// algorithm is the key's; nothing that is signed selects it. Nothing of
// BoringSSL shows in this header.
//
//   PROVISION_ASSIGN_OR_RETURN(PublicKey key, PublicKey::FromPem(text));
//   if (key.Verifies(bytes, signature)) ...

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// Of BoringSSL, which stays out of sight.
struct evp_pkey_st;

namespace provision {

enum class SignatureAlgorithm { kEd25519, kEcdsaP256 };

// A key that can be trusted. A plain value.
class PublicKey {
 public:
  // A SubjectPublicKeyInfo of exactly 44 bytes (Ed25519) or 91 (P-256, named
  // curve, uncompressed point), as DER or as PEM `PUBLIC KEY`. Everything else
  // is `key/format`, kInvalidArgument. An Ed25519 point that is not canonical
  // or of small order is no key.
  static absl::StatusOr<PublicKey> FromDer(absl::string_view der);
  static absl::StatusOr<PublicKey> FromPem(absl::string_view pem);

  SignatureAlgorithm algorithm() const { return algorithm_; }
  const std::string& der() const { return der_; }
  std::string Pem() const;
  // SHA-256 of the DER, 64 lower-case hex digits: one key, one id.
  std::string Id() const;

  // Whether `signature` is this key's over `message`. Ed25519: 64 bytes, S
  // below the group's order, R canonical and not of small order. P-256: strict
  // DER, r and s from 1 to n-1.
  bool Verifies(absl::string_view message, absl::string_view signature) const;

 private:
  PublicKey() = default;

  SignatureAlgorithm algorithm_ = SignatureAlgorithm::kEd25519;
  std::string der_;
  std::shared_ptr<evp_pkey_st> key_;
};

// A key that signs. Its bytes are zeroed when the last copy goes.
class PrivateKey {
 public:
  static PrivateKey Generate(SignatureAlgorithm algorithm);

  // PEM `ENCRYPTED PRIVATE KEY` (PKCS#8, PBES2 with PBKDF2 of at most
  // 10,000,000 iterations) under `passphrase`, or `PRIVATE KEY`, for which it
  // is not used. `key/passphrase` (kPermissionDenied) if the passphrase or the
  // file is wrong, `key/format` (kInvalidArgument) if it is something else.
  static absl::StatusOr<PrivateKey> FromPem(absl::string_view pem,
                                            absl::string_view passphrase);
  // Whether FromPem would want a passphrase.
  static bool IsEncrypted(absl::string_view pem);

  // Encrypted under `passphrase` with AES-256-CBC and PBKDF2 of `iterations`
  // and 16 random bytes of salt; plain if it is empty.
  std::string Pem(absl::string_view passphrase,
                  uint32_t iterations = 1'000'000) const;

  absl::StatusOr<PublicKey> Public() const;

  // P-256 signatures have a low s, and differ from call to call.
  std::string Sign(absl::string_view message) const;

 private:
  explicit PrivateKey(std::shared_ptr<evp_pkey_st> key)
      : key_(std::move(key)) {}

  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace provision

#endif  // PROVISION_CORE_BASE_SIGNING_H_
