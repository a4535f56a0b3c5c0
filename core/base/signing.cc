#include "core/base/signing.h"

#include <array>
#include <cstdlib>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/status_macros.h"
#include "openssl/bn.h"
#include "openssl/bytestring.h"
#include "openssl/digest.h"
#include "openssl/ec.h"
#include "openssl/ec_key.h"
#include "openssl/ecdsa.h"
#include "openssl/evp.h"
#include "openssl/mem.h"
#include "openssl/nid.h"
#include "openssl/pkcs8.h"

#ifndef OPENSSL_IS_BORINGSSL
#error "OpenSSL's own headers were found: the dep on @debian//:boringssl lacks"
#endif

namespace provision {
namespace {

constexpr absl::string_view kPublic = "PUBLIC KEY";
constexpr absl::string_view kPlain = "PRIVATE KEY";
constexpr absl::string_view kEncrypted = "ENCRYPTED PRIVATE KEY";
constexpr size_t kEd25519Der = 44;
constexpr size_t kP256Der = 91;
constexpr size_t kMaxPem = 64 << 10;
constexpr uint64_t kMaxIterations = 10'000'000;
constexpr size_t kSalt = 16;
constexpr size_t kPemLine = 64;

using Key = std::shared_ptr<evp_pkey_st>;

const uint8_t* Unsigned(absl::string_view bytes) {
  return reinterpret_cast<const uint8_t*>(bytes.data());
}

uint8_t* Unsigned(std::string& bytes) {
  return reinterpret_cast<uint8_t*>(bytes.data());
}

absl::string_view Text(const uint8_t* bytes, size_t size) {
  return absl::string_view(reinterpret_cast<const char*>(bytes), size);
}

CBS Reader(absl::string_view bytes) {
  CBS reader;
  CBS_init(&reader, Unsigned(bytes), bytes.size());
  return reader;
}

Key Own(EVP_PKEY* key) { return Key(key, EVP_PKEY_free); }

// Only for want of memory, which the program does not survive anyway.
void Must(bool done) {
  if (!done) std::abort();
}

absl::Status FormatError(absl::string_view what) {
  return DiagnosticError(absl::StatusCode::kInvalidArgument, "key/format", what)
      .Expected("ed25519 or ecdsa-p256")
      .Next("provision bundle keygen --out NAME makes a pair");
}

// ---- PEM ----

std::string Armoured(absl::string_view label, absl::string_view der) {
  const std::string text = absl::Base64Escape(der);
  std::string pem = absl::StrCat("-----BEGIN ", label, "-----\n");
  for (size_t at = 0; at < text.size(); at += kPemLine) {
    absl::StrAppend(&pem, text.substr(at, kPemLine), "\n");
  }
  absl::StrAppend(&pem, "-----END ", label, "-----\n");
  return pem;
}

bool HasLabel(absl::string_view pem, absl::string_view label) {
  return absl::StartsWith(pem, absl::StrCat("-----BEGIN ", label, "-----\n"));
}

// What stands between the two lines of `label`, decoded; nothing may stand
// around them.
absl::StatusOr<std::string> Unarmoured(absl::string_view pem,
                                       absl::string_view label) {
  absl::string_view body = pem;
  std::string der;
  if (pem.size() <= kMaxPem &&
      absl::ConsumePrefix(&body,
                          absl::StrCat("-----BEGIN ", label, "-----\n"))) {
    absl::ConsumeSuffix(&body, "\n");
    if (absl::ConsumeSuffix(&body, absl::StrCat("-----END ", label, "-----")) &&
        absl::Base64Unescape(body, &der)) {
      return der;
    }
  }
  return FormatError(absl::StrCat("not a PEM of ", label));
}

// ---- points of Ed25519 ----

// The encodings of all points of small order, without the sign; and p and p+1,
// which are other encodings of two of them.
constexpr std::array<absl::string_view, 7> kSmallOrder = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};

// Canonical, and of the large order or a sum with one that is.
bool IsGoodPoint(absl::string_view encoding) {
  std::string y(encoding);
  y.back() = static_cast<char>(y.back() & 0x7f);
  const std::string hex = absl::BytesToHexString(y);
  for (absl::string_view small : kSmallOrder) {
    if (hex == small) return false;
  }
  const bool below_p = static_cast<unsigned char>(y.front()) < 0xed ||
                       y.back() != 0x7f ||
                       y.find_first_not_of('\xff', 1) != y.size() - 1;
  return below_p;
}

// ---- PBES2 ----

// Reads an algorithm with parameters; its identifier is not looked at.
bool TakeAlgorithm(CBS* in, CBS* parameters) {
  CBS algorithm;
  CBS oid;
  if (!CBS_get_asn1(in, &algorithm, CBS_ASN1_SEQUENCE) ||
      !CBS_get_asn1(&algorithm, &oid, CBS_ASN1_OBJECT)) {
    return false;
  }
  *parameters = algorithm;
  return true;
}

// The work that a file may ask for is bounded before it is begun.
bool HasModestIterations(absl::string_view der) {
  CBS in = Reader(der);
  CBS outer;
  CBS scheme;
  CBS both;
  CBS derivation;
  CBS values;
  CBS salt;
  uint64_t iterations = 0;
  return CBS_get_asn1(&in, &outer, CBS_ASN1_SEQUENCE) &&
         TakeAlgorithm(&outer, &scheme) &&
         CBS_get_asn1(&scheme, &both, CBS_ASN1_SEQUENCE) &&
         TakeAlgorithm(&both, &derivation) &&
         CBS_get_asn1(&derivation, &values, CBS_ASN1_SEQUENCE) &&
         CBS_get_asn1(&values, &salt, CBS_ASN1_OCTETSTRING) &&
         CBS_get_asn1_uint64(&values, &iterations) && iterations > 0 &&
         iterations <= kMaxIterations;
}

// ---- keys ----

bool IsP256(const EVP_PKEY* key) {
  return EVP_PKEY_id(key) == EVP_PKEY_EC &&
         EC_GROUP_get_curve_name(EC_KEY_get0_group(
             EVP_PKEY_get0_EC_KEY(key))) == NID_X9_62_prime256v1;
}

absl::Status CheckAlgorithm(const EVP_PKEY* key) {
  if (EVP_PKEY_id(key) == EVP_PKEY_ED25519 || IsP256(key)) {
    return absl::OkStatus();
  }
  return FormatError("the key's algorithm is not supported");
}

// The same signature with s or n-s, whichever is lower.
std::string WithLowS(absl::string_view der) {
  const bssl::UniquePtr<ECDSA_SIG> signature(
      ECDSA_SIG_from_bytes(Unsigned(der), der.size()));
  const bssl::UniquePtr<EC_GROUP> group(
      EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  const BIGNUM* r;
  const BIGNUM* s;
  ECDSA_SIG_get0(signature.get(), &r, &s);
  bssl::UniquePtr<BIGNUM> low(BN_new());
  Must(BN_sub(low.get(), EC_GROUP_get0_order(group.get()), s) == 1);
  if (BN_cmp(low.get(), s) > 0) return std::string(der);
  bssl::UniquePtr<BIGNUM> same_r(BN_dup(r));
  Must(ECDSA_SIG_set0(signature.get(), same_r.release(), low.release()) == 1);
  uint8_t* out = nullptr;
  size_t size = 0;
  Must(ECDSA_SIG_to_bytes(&out, &size, signature.get()) == 1);
  const bssl::UniquePtr<uint8_t> owned(out);
  return std::string(Text(out, size));
}

EVP_PKEY* NewEd25519() {
  std::string seed = RandomBytes(32);
  EVP_PKEY* key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr,
                                               Unsigned(seed), seed.size());
  OPENSSL_cleanse(seed.data(), seed.size());
  return key;
}

EVP_PKEY* NewP256() {
  bssl::UniquePtr<EC_KEY> ec(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1));
  bssl::UniquePtr<EVP_PKEY> key(EVP_PKEY_new());
  Must(EC_KEY_generate_key(ec.get()) == 1 &&
       EVP_PKEY_assign_EC_KEY(key.get(), ec.release()) == 1);
  return key.release();
}

}  // namespace

absl::StatusOr<PublicKey> PublicKey::FromDer(absl::string_view der) {
  CBS reader = Reader(der);
  PublicKey key;
  key.key_ = Own(EVP_parse_public_key(&reader));
  if (key.key_ == nullptr || CBS_len(&reader) != 0) {
    return FormatError("not a public key");
  }
  PROVISION_RETURN_IF_ERROR(CheckAlgorithm(key.key_.get()));
  key.der_ = std::string(der);
  key.algorithm_ = IsP256(key.key_.get()) ? SignatureAlgorithm::kEcdsaP256
                                          : SignatureAlgorithm::kEd25519;
  const bool is_ed25519 = key.algorithm_ == SignatureAlgorithm::kEd25519;
  if (der.size() != (is_ed25519 ? kEd25519Der : kP256Der) ||
      (is_ed25519 && !IsGoodPoint(der.substr(der.size() - 32)))) {
    return FormatError("a public key in a form that is not accepted");
  }
  return key;
}

absl::StatusOr<PublicKey> PublicKey::FromPem(absl::string_view pem) {
  PROVISION_ASSIGN_OR_RETURN(const std::string der, Unarmoured(pem, kPublic));
  return FromDer(der);
}

std::string PublicKey::Pem() const { return Armoured(kPublic, der_); }

std::string PublicKey::Id() const { return Sha256Hex(der_); }

bool PublicKey::Verifies(absl::string_view message,
                         absl::string_view signature) const {
  const bool is_ed25519 = algorithm_ == SignatureAlgorithm::kEd25519;
  if (is_ed25519 &&
      (signature.size() != 64 || !IsGoodPoint(signature.substr(0, 32)))) {
    return false;
  }
  bssl::ScopedEVP_MD_CTX context;
  return EVP_DigestVerifyInit(context.get(), nullptr,
                              is_ed25519 ? nullptr : EVP_sha256(), nullptr,
                              key_.get()) == 1 &&
         EVP_DigestVerify(context.get(), Unsigned(signature), signature.size(),
                          Unsigned(message), message.size()) == 1;
}

PrivateKey PrivateKey::Generate(SignatureAlgorithm algorithm) {
  Key key =
      Own(algorithm == SignatureAlgorithm::kEd25519 ? NewEd25519() : NewP256());
  Must(key != nullptr);
  return PrivateKey(std::move(key));
}

bool PrivateKey::IsEncrypted(absl::string_view pem) {
  return HasLabel(pem, kEncrypted);
}

absl::StatusOr<PrivateKey> PrivateKey::FromPem(absl::string_view pem,
                                               absl::string_view passphrase) {
  const bool is_encrypted = IsEncrypted(pem);
  PROVISION_ASSIGN_OR_RETURN(
      std::string der, Unarmoured(pem, is_encrypted ? kEncrypted : kPlain));
  Key key;
  CBS reader = Reader(der);
  if (!is_encrypted) {
    key = Own(EVP_parse_private_key(&reader));
  } else if (HasModestIterations(der)) {
    key = Own(PKCS8_parse_encrypted_private_key(&reader, passphrase.data(),
                                                passphrase.size()));
  } else {
    return FormatError("the encryption of the private key is not accepted");
  }
  const bool is_whole = CBS_len(&reader) == 0;
  OPENSSL_cleanse(der.data(), der.size());
  if (key == nullptr && is_encrypted) {
    return DiagnosticError(absl::StatusCode::kPermissionDenied,
                           "key/passphrase", "wrong passphrase or damaged key")
        .Next("try again with the passphrase that `keygen` was given");
  }
  if (key == nullptr || !is_whole) return FormatError("not a private key");
  PROVISION_RETURN_IF_ERROR(CheckAlgorithm(key.get()));
  return PrivateKey(std::move(key));
}

std::string PrivateKey::Pem(absl::string_view passphrase,
                            uint32_t iterations) const {
  bssl::ScopedCBB out;
  Must(CBB_init(out.get(), 256) == 1);
  if (passphrase.empty()) {
    Must(EVP_marshal_private_key(out.get(), key_.get()) == 1);
  } else {
    const std::string salt = RandomBytes(kSalt);
    Must(PKCS8_marshal_encrypted_private_key(
             out.get(), -1, EVP_aes_256_cbc(), passphrase.data(),
             passphrase.size(), Unsigned(salt), salt.size(),
             static_cast<int>(iterations), key_.get()) == 1);
  }
  Must(CBB_flush(out.get()) == 1);
  return Armoured(passphrase.empty() ? kPlain : kEncrypted,
                  Text(CBB_data(out.get()), CBB_len(out.get())));
}

absl::StatusOr<PublicKey> PrivateKey::Public() const {
  bssl::ScopedCBB out;
  Must(CBB_init(out.get(), kP256Der) == 1 &&
       EVP_marshal_public_key(out.get(), key_.get()) == 1 &&
       CBB_flush(out.get()) == 1);
  return PublicKey::FromDer(Text(CBB_data(out.get()), CBB_len(out.get())));
}

std::string PrivateKey::Sign(absl::string_view message) const {
  const bool is_p256 = IsP256(key_.get());
  bssl::ScopedEVP_MD_CTX context;
  size_t size = 0;
  Must(EVP_DigestSignInit(context.get(), nullptr,
                          is_p256 ? EVP_sha256() : nullptr, nullptr,
                          key_.get()) == 1 &&
       EVP_DigestSign(context.get(), nullptr, &size, Unsigned(message),
                      message.size()) == 1);
  std::string signature(size, '\0');
  Must(EVP_DigestSign(context.get(), Unsigned(signature), &size,
                      Unsigned(message), message.size()) == 1);
  signature.resize(size);
  return is_p256 ? WithLowS(signature) : signature;
}

}  // namespace provision
