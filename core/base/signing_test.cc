#include "core/base/signing.h"

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

constexpr absl::string_view kEd25519Prefix = "302a300506032b6570032100";
constexpr absl::string_view kP256Prefix =
    "3059301306072a8648ce3d020106082a8648ce3d030107034200";

PublicKey Ed25519Key(absl::string_view hex) {
  return *PublicKey::FromDer(
      absl::HexStringToBytes(absl::StrCat(kEd25519Prefix, hex)));
}

// The first and third test of RFC 8032, section 7.1.
constexpr absl::string_view kKey1 =
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
constexpr absl::string_view kSignature1 =
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb882159"
    "0a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";
constexpr absl::string_view kKey3 =
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025";
constexpr absl::string_view kSignature3 =
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d"
    "16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a";

TEST(SigningTest, VectorsOfTheStandardVerify) {
  EXPECT_TRUE(
      Ed25519Key(kKey1).Verifies("", absl::HexStringToBytes(kSignature1)));
  EXPECT_TRUE(Ed25519Key(kKey3).Verifies("\xaf\x82",
                                         absl::HexStringToBytes(kSignature3)));
  EXPECT_FALSE(Ed25519Key(kKey3).Verifies("\xaf\x83",
                                          absl::HexStringToBytes(kSignature3)));
  EXPECT_FALSE(
      Ed25519Key(kKey3).Verifies("", absl::HexStringToBytes(kSignature1)));
}

TEST(SigningTest, EveryBitOfASignatureCounts) {
  const std::string good = absl::HexStringToBytes(kSignature3);
  const PublicKey key = Ed25519Key(kKey3);
  for (size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(key.Verifies("\xaf\x82", bad)) << bit;
  }
}

TEST(SigningTest, MalformedEd25519SignaturesAreRefused) {
  const PublicKey key = Ed25519Key(kKey1);
  const std::string good = absl::HexStringToBytes(kSignature1);
  // S + L, which is the same number to who does not look.
  const std::string order = absl::HexStringToBytes(
      "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  std::string more = good;
  int carry = 0;
  for (size_t i = 0; i < 32; ++i) {
    carry += static_cast<unsigned char>(more[32 + i]) +
             static_cast<unsigned char>(order[i]);
    more[32 + i] = static_cast<char>(carry & 0xff);
    carry >>= 8;
  }
  EXPECT_FALSE(key.Verifies("", more));
  EXPECT_FALSE(key.Verifies("", ""));
  EXPECT_FALSE(key.Verifies("", good.substr(0, 63)));
  EXPECT_FALSE(key.Verifies("", good + std::string(1, '\0')));
  EXPECT_FALSE(key.Verifies("", std::string(64, '\0')));
  EXPECT_FALSE(key.Verifies(
      "", absl::StrCat("\x01", std::string(31, '\0'), good.substr(32))));
}

TEST(SigningTest, PointsThatAreNoKeyAreRefused) {
  for (const absl::string_view point :
       {"0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"}) {
    EXPECT_EQ(
        DiagnosticId(PublicKey::FromDer(absl::HexStringToBytes(absl::StrCat(
                                            kEd25519Prefix, point)))
                         .status()),
        "key/format")
        << point;
  }
}

// The key and message of RFC 6979, A.2.5, SHA-256, "sample".
constexpr absl::string_view kPoint =
    "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe10"
    "08"
    "b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
constexpr absl::string_view kR =
    "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716";
constexpr absl::string_view kS =
    "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";

TEST(SigningTest, EcdsaSignaturesAreStrictDer) {
  const PublicKey key = *PublicKey::FromDer(
      absl::HexStringToBytes(absl::StrCat(kP256Prefix, kPoint)));
  const std::string good = absl::StrCat("3046022100", kR, "022100", kS);
  const std::string order =
      "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
  // A high s is what common signers write.
  EXPECT_TRUE(key.Verifies("sample", absl::HexStringToBytes(good)));
  EXPECT_FALSE(key.Verifies("sampl", absl::HexStringToBytes(good)));
  for (const std::string& bad :
       {std::string(), good + "00", good.substr(0, good.size() - 2),
        absl::StrCat("308146022100", kR, "022100", kS),
        absl::StrCat("3047022100", kR, "022100", kS),
        absl::StrCat("304702220000", kR, "022100", kS),
        absl::StrCat("30440220", kR, "0220", kS),
        absl::StrCat("3026020100022100", kS),
        absl::StrCat("3026022100", kR, "020100"),
        absl::StrCat("3046022100", order, "022100", kS),
        absl::StrCat("3046022100", kR, "022100", order),
        absl::StrCat("3080022100", kR, "022100", kS, "0000"),
        absl::StrCat("3049022100", kR, "022100", kS, "020100"),
        absl::StrCat(kR, kS), std::string("3006020101020101")}) {
    EXPECT_FALSE(key.Verifies("sample", absl::HexStringToBytes(bad))) << bad;
  }
}

TEST(SigningTest, PublicKeysHaveOneForm) {
  const std::string p256 =
      absl::HexStringToBytes(absl::StrCat(kP256Prefix, kPoint));
  ASSERT_OK_AND_ASSIGN(const PublicKey key, PublicKey::FromDer(p256));
  EXPECT_EQ(key.algorithm(), SignatureAlgorithm::kEcdsaP256);
  ASSERT_OK_AND_ASSIGN(const PublicKey again, PublicKey::FromPem(key.Pem()));
  EXPECT_EQ(again.Id(), key.Id());
  const std::string compressed = absl::HexStringToBytes(
      absl::StrCat("3039301306072a8648ce3d020106082a8648ce3d030107032200", "03",
                   kPoint.substr(2, 64)));
  std::string off_curve = p256;
  off_curve.back() = static_cast<char>(off_curve.back() ^ 1);
  for (const std::string& bad : {std::string(), std::string("x"), p256 + "x",
                                 compressed, off_curve, p256.substr(0, 90)}) {
    EXPECT_EQ(DiagnosticId(PublicKey::FromDer(bad).status()), "key/format");
  }
  for (const std::string& bad :
       {std::string(), "x" + key.Pem(), key.Pem() + "x",
        absl::StrReplaceAll(key.Pem(), {{"PUBLIC", "PRIVATE"}}),
        key.Pem().substr(0, 60)}) {
    EXPECT_EQ(DiagnosticId(PublicKey::FromPem(bad).status()), "key/format");
  }
}

TEST(SigningTest, AKeySignsAndIsKeptUnderItsPassphrase) {
  for (const SignatureAlgorithm algorithm :
       {SignatureAlgorithm::kEd25519, SignatureAlgorithm::kEcdsaP256}) {
    const PrivateKey key = PrivateKey::Generate(algorithm);
    ASSERT_OK_AND_ASSIGN(const PublicKey trusted, key.Public());
    EXPECT_EQ(trusted.algorithm(), algorithm);
    for (int i = 0; i < 8; ++i) {
      EXPECT_TRUE(trusted.Verifies("message", key.Sign("message")));
    }
    EXPECT_FALSE(trusted.Verifies("other", key.Sign("message")));
    const std::string sealed = key.Pem("correct horse", 1000);
    EXPECT_TRUE(PrivateKey::IsEncrypted(sealed));
    ASSERT_OK_AND_ASSIGN(const PrivateKey opened,
                         PrivateKey::FromPem(sealed, "correct horse"));
    EXPECT_TRUE(trusted.Verifies("message", opened.Sign("message")));
    EXPECT_EQ(DiagnosticId(PrivateKey::FromPem(sealed, "wrong horse").status()),
              "key/passphrase");
    ASSERT_OK_AND_ASSIGN(const PrivateKey plain,
                         PrivateKey::FromPem(key.Pem(""), ""));
    EXPECT_TRUE(trusted.Verifies("message", plain.Sign("message")));
  }
}

TEST(SigningTest, AFileMayNotAskForEndlessWork) {
  const PrivateKey key = PrivateKey::Generate(SignatureAlgorithm::kEd25519);
  std::string pem = key.Pem("correct horse", 1000);
  std::string der;
  const size_t begin = pem.find('\n') + 1;
  ASSERT_TRUE(absl::Base64Unescape(
      pem.substr(begin, pem.find("-----END") - begin), &der));
  // INTEGER 1000, as 2 bytes; then the same length says 4 bytes elsewhere.
  const size_t at = der.find(std::string("\x02\x02\x03\xe8", 4));
  ASSERT_NE(at, std::string::npos);
  der.replace(at, 4, std::string("\x02\x02\x00\x00", 4));
  EXPECT_EQ(
      DiagnosticId(PrivateKey::FromPem(
                       absl::StrCat("-----BEGIN ENCRYPTED PRIVATE KEY-----\n",
                                    absl::Base64Escape(der),
                                    "\n-----END ENCRYPTED PRIVATE KEY-----\n"),
                       "correct horse")
                       .status()),
      "key/format");
}

}  // namespace
}  // namespace provision
