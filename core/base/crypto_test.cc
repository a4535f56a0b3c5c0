#include "core/base/crypto.h"

#include <set>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

// FIPS 180-2, appendix B, and the empty message.
TEST(Sha256Test, KnownAnswers) {
  EXPECT_EQ(Sha256Hex(""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(
      Sha256Hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(Sha256Hex(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256Test, PiecesGiveTheDigestOfTheWhole) {
  const std::string text(300, 'x');
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    Sha256 hash;
    hash.Update(absl::string_view(text).substr(0, cut));
    hash.Update(absl::string_view(text).substr(cut));
    EXPECT_EQ(hash.FinalHex(), Sha256Hex(text)) << cut;
  }
}

TEST(Sha256Test, ACopyGoesOnByItself) {
  Sha256 first;
  first.Update("a");
  Sha256 second = first;
  first.Update("b");
  second.Update("c");
  EXPECT_EQ(first.FinalHex(), Sha256Hex("ab"));
  EXPECT_EQ(second.FinalHex(), Sha256Hex("ac"));
}

TEST(Sha256Test, RawAndHexAgree) {
  EXPECT_EQ(Sha256Bytes("abc").size(), Sha256::kSize);
  EXPECT_EQ(absl::BytesToHexString(Sha256Bytes("abc")), Sha256Hex("abc"));
}

// FIPS 180-2, appendices C and D.
TEST(LongerShaTest, KnownAnswers) {
  EXPECT_EQ(absl::BytesToHexString(Sha384Bytes("abc")),
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
            "8086072ba1e7cc2358baeca134c825a7");
  EXPECT_EQ(absl::BytesToHexString(Sha512Bytes("abc")),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

// RFC 4231, cases 1, 2 and 6 (a key longer than a block).
TEST(HmacSha256Test, KnownAnswers) {
  const struct {
    std::string key, data, want;
  } kCases[] = {
      {std::string(20, '\x0b'), "Hi There",
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"Jefe", "what do ya want for nothing?",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {std::string(131, '\xaa'),
       "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(absl::BytesToHexString(HmacSha256(c.key, c.data)), c.want);
  }
}

TEST(RandomBytesTest, LengthAsAskedAndNeverTheSame) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    std::string bytes = RandomBytes(16);
    ASSERT_EQ(bytes.size(), 16u);
    EXPECT_TRUE(seen.insert(bytes).second);
  }
  EXPECT_EQ(RandomBytes(0), "");
}

TEST(ConstantTimeEqualsTest, ComparesContentAndLength) {
  EXPECT_TRUE(ConstantTimeEquals("", ""));
  EXPECT_TRUE(ConstantTimeEquals("abc", "abc"));
  EXPECT_FALSE(ConstantTimeEquals("abc", "abd"));
  EXPECT_FALSE(ConstantTimeEquals("abc", "ab"));
}

TEST(EncryptTest, ComesBackAndNothingElseDoes) {
  const std::string key(32, 'k');
  for (const std::string& plain :
       {std::string(), std::string("secret"), std::string(100'000, 'x')}) {
    std::string sealed = Encrypt(key, plain);
    EXPECT_NE(sealed, Encrypt(key, plain));
    EXPECT_EQ(sealed.find("secret"), std::string::npos);
    absl::StatusOr<std::string> opened = Decrypt(key, sealed);
    ASSERT_TRUE(opened.ok());
    EXPECT_EQ(*opened, plain);
    EXPECT_FALSE(Decrypt(std::string(32, 'l'), sealed).ok());
    sealed.back() ^= 1;
    EXPECT_FALSE(Decrypt(key, sealed).ok());
  }
  EXPECT_FALSE(Decrypt(key, "short").ok());
}

}  // namespace
}  // namespace provision
