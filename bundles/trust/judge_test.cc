#include "bundles/trust/judge.h"

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "bundles/trust/signature_document.h"
#include "bundles/trust/statement.h"
#include "core/base/crypto.h"
#include "core/base/signing.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

// Three keys, of which a test trusts those it names.
class JudgeTest : public testing::Test {
 protected:
  static PrivateKey NewKey() {
    return PrivateKey::Generate(SignatureAlgorithm::kEd25519);
  }

  // What says that the bundle whose root is `root` is app-17.
  static std::string Says(const std::string& root) {
    return StatementText({.bundle = "app",
                          .version = 17,
                          .root_digest = root,
                          .signed_at = kNow,
                          .expires = kNow + absl::Hours(24)});
  }

  static std::string Signed(const PrivateKey& key, absl::string_view payload) {
    return SignDocument(key, payload).value_or("");
  }

  static std::string IdOf(const std::vector<std::string>& documents,
                          const std::string& root, BundleTrust trust) {
    return DiagnosticId(Judge(trust, documents, root).status());
  }

  BundleTrust Trusting(const std::vector<const PrivateKey*>& keys,
                       int threshold = 1) const {
    BundleTrust trust = {.threshold = threshold, .now = kNow};
    for (const PrivateKey* key : keys) trust.keys.push_back(*key->Public());
    return trust;
  }

  const PrivateKey a_ = NewKey();
  const PrivateKey b_ = NewKey();
  const PrivateKey stranger_ = NewKey();
  const std::string root_ = Sha256Hex("root");
  const std::string other_root_ = Sha256Hex("another root");
};

TEST_F(JudgeTest, EnoughSignersOfTheSame) {
  const std::vector<std::string> both = {Signed(a_, Says(root_)),
                                         Signed(b_, Says(root_))};
  ASSERT_OK_AND_ASSIGN(const Judgement judgement,
                       Judge(Trusting({&a_, &b_}, 2), both, root_));
  EXPECT_EQ(judgement.verdict.good, 2);
  EXPECT_EQ(judgement.verdict.expires, kNow + absl::Hours(24));
  EXPECT_EQ(judgement.statement->bundle, "app");
  EXPECT_EQ(judgement.statement->version, 17u);
}

// A good signature of one bundle, put into another.
TEST_F(JudgeTest, ASignatureOfAnotherBundleIsRefused) {
  const std::string moved = Signed(a_, Says(other_root_));
  EXPECT_EQ(IdOf({moved}, other_root_, Trusting({&a_})), "");
  EXPECT_THAT(Judge(Trusting({&a_}), {moved}, root_),
              AllOf(HasDiagnosticId("trust/statement"),
                    StatusIs(absl::StatusCode::kInvalidArgument,
                             HasSubstr("not what was signed"))));
}

TEST_F(JudgeTest, TwoStatementsThatAreBothFullySignedDecideNothing) {
  const std::vector<std::string> split = {Signed(a_, Says(root_)),
                                          Signed(b_, Says(other_root_))};
  EXPECT_EQ(IdOf(split, root_, Trusting({&a_, &b_})), "trust/split");
  // One that nobody trusts splits nothing.
  EXPECT_EQ(IdOf(split, root_, Trusting({&a_})), "");
  // Neither is signed twice.
  EXPECT_EQ(IdOf(split, root_, Trusting({&a_, &b_}, 2)), "trust/threshold");
}

TEST_F(JudgeTest, AKeyCountsOnce) {
  const std::string once = Signed(a_, Says(root_));
  EXPECT_EQ(IdOf({once, once, Signed(a_, Says(root_))}, root_,
                 Trusting({&a_, &b_}, 2)),
            "trust/threshold");
}

TEST_F(JudgeTest, BadAndUnknownOnesSpoilNoGoodOne) {
  const std::string good = Signed(a_, Says(root_));
  EXPECT_EQ(IdOf({"{}", Signed(stranger_, Says(root_)), good}, root_,
                 Trusting({&a_})),
            "");
  EXPECT_EQ(IdOf({Signed(stranger_, Says(root_))}, root_, Trusting({&a_})),
            "trust/unknown-key");
  EXPECT_EQ(IdOf({"{}"}, root_, Trusting({&a_})), "trust/signature");
}

TEST_F(JudgeTest, WhatIsSignedMustBeAStatement) {
  EXPECT_EQ(IdOf({Signed(a_, "{}")}, root_, Trusting({&a_})),
            "trust/statement");
}

TEST_F(JudgeTest, ItExpires) {
  const std::vector<std::string> documents = {Signed(a_, Says(root_))};
  BundleTrust trust = Trusting({&a_});
  trust.now = kNow + absl::Hours(24);
  EXPECT_EQ(IdOf(documents, root_, trust), "");
  trust.now += absl::Seconds(1);
  EXPECT_EQ(IdOf(documents, root_, trust), "trust/expired");
}

TEST_F(JudgeTest, WithoutSignersOrTrust) {
  EXPECT_EQ(IdOf({}, root_, Trusting({&a_})), "trust/none");
  EXPECT_EQ(IdOf({Signed(a_, Says(root_))}, root_, {}), "trust/no-root");
  EXPECT_EQ(IdOf({}, root_, {.root_digest = root_}), "");
  EXPECT_EQ(IdOf({}, root_, {.root_digest = other_root_}), "trust/digest");
}

}  // namespace
}  // namespace provision
