#include "core/base/crypto.h"

#include <cstdlib>
#include <new>

#include "absl/strings/escaping.h"
#include "openssl/aead.h"
#include "openssl/hmac.h"
#include "openssl/mem.h"
#include "openssl/rand.h"
#include "openssl/sha.h"

#ifndef OPENSSL_IS_BORINGSSL
#error "OpenSSL's own headers were found: the dep on @debian//:boringssl lacks"
#endif

namespace provision {
namespace {

SHA256_CTX* Context(std::array<unsigned char, 128>& bytes) {
  return std::launder(reinterpret_cast<SHA256_CTX*>(bytes.data()));
}

const unsigned char* Unsigned(absl::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

Sha256::Sha256() {
  static_assert(sizeof(SHA256_CTX) <= sizeof(context_));
  static_assert(alignof(SHA256_CTX) <= 8);
  static_assert(SHA256_DIGEST_LENGTH == kSize);
  SHA256_Init(new (context_.data()) SHA256_CTX);
}

void Sha256::Update(absl::string_view bytes) {
  SHA256_Update(Context(context_), bytes.data(), bytes.size());
}

std::string Sha256::Final() {
  std::string digest(kSize, '\0');
  SHA256_Final(reinterpret_cast<unsigned char*>(digest.data()),
               Context(context_));
  return digest;
}

std::string Sha256::FinalHex() { return absl::BytesToHexString(Final()); }

std::string Sha256Bytes(absl::string_view bytes) {
  Sha256 hash;
  hash.Update(bytes);
  return hash.Final();
}

std::string Sha256Hex(absl::string_view bytes) {
  return absl::BytesToHexString(Sha256Bytes(bytes));
}

std::string Sha384Bytes(absl::string_view bytes) {
  std::string digest(SHA384_DIGEST_LENGTH, '\0');
  SHA384(Unsigned(bytes), bytes.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

std::string Sha512Bytes(absl::string_view bytes) {
  std::string digest(SHA512_DIGEST_LENGTH, '\0');
  SHA512(Unsigned(bytes), bytes.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

std::string HmacSha256(absl::string_view key, absl::string_view bytes) {
  std::string digest(Sha256::kSize, '\0');
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), key.size(), Unsigned(bytes), bytes.size(),
       reinterpret_cast<unsigned char*>(digest.data()), &size);
  return digest;
}

std::string Encrypt(absl::string_view key, absl::string_view plain) {
  bssl::ScopedEVP_AEAD_CTX context;
  const EVP_AEAD* aead = EVP_aead_aes_256_gcm();
  std::string sealed = RandomBytes(EVP_AEAD_nonce_length(aead));
  const size_t nonce_size = sealed.size();
  sealed.resize(nonce_size + plain.size() + EVP_AEAD_max_overhead(aead));
  size_t size = 0;
  unsigned char* out = reinterpret_cast<unsigned char*>(sealed.data());
  const bool done =
      EVP_AEAD_CTX_init(context.get(), aead, Unsigned(key), key.size(),
                        EVP_AEAD_DEFAULT_TAG_LENGTH, nullptr) == 1 &&
      EVP_AEAD_CTX_seal(context.get(), out + nonce_size, &size,
                        sealed.size() - nonce_size, out, nonce_size,
                        Unsigned(plain), plain.size(), nullptr, 0) == 1;
  // Only a key of the wrong size can fail.
  if (!done) std::abort();
  sealed.resize(nonce_size + size);
  return sealed;
}

absl::StatusOr<std::string> Decrypt(absl::string_view key,
                                    absl::string_view sealed) {
  bssl::ScopedEVP_AEAD_CTX context;
  const EVP_AEAD* aead = EVP_aead_aes_256_gcm();
  const size_t nonce_size = EVP_AEAD_nonce_length(aead);
  std::string plain(sealed.size(), '\0');
  size_t size = 0;
  const bool done =
      sealed.size() >= nonce_size &&
      EVP_AEAD_CTX_init(context.get(), aead, Unsigned(key), key.size(),
                        EVP_AEAD_DEFAULT_TAG_LENGTH, nullptr) == 1 &&
      EVP_AEAD_CTX_open(context.get(),
                        reinterpret_cast<unsigned char*>(plain.data()), &size,
                        plain.size(), Unsigned(sealed), nonce_size,
                        Unsigned(sealed.substr(nonce_size)),
                        sealed.size() - nonce_size, nullptr, 0) == 1;
  if (!done) return absl::DataLossError("not encrypted under this key");
  plain.resize(size);
  return plain;
}

std::string RandomBytes(size_t n) {
  std::string bytes(n, '\0');
  // BoringSSL aborts by itself where the system gives no randomness.
  RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size());
  return bytes;
}

bool ConstantTimeEquals(absl::string_view a, absl::string_view b) {
  return a.size() == b.size() &&
         CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace provision
