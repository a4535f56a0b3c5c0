#include "bundles/oci/bundle_format.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bundles/oci/container.h"
#include "core/base/crypto.h"
#include "core/base/signing.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::HasSubstr;

const absl::Time kSignedAt = absl::FromUnixSeconds(1'800'000'000);
const absl::Time kExpires = kSignedAt + absl::Hours(24);

// A bundle of two targets that share one artifact.
class BundleFormatTest : public testing::Test {
 protected:
  BundleFormatTest() {
    Add("plan text", "plan", "", 0);
    Add("plan text", "plan", "", 1);
    Add(std::string(700, 'w'), "wheel", "numpy-1.0-py3-none-any.whl", 0);
    Add(std::string(700, 'w'), "wheel", "numpy-1.0-py3-none-any.whl", 1);
    Add("", "file", "empty", 1);
    Add("{}", "file", "braces.json", 1);
  }

  void Add(const std::string& bytes, const std::string& kind,
           const std::string& title, size_t target) {
    kept_.push_back(std::make_unique<std::string>(bytes));
    sources_.push_back(std::make_unique<MemoryByteSource>(*kept_.back()));
    std::vector<BundleTarget>& targets = draft_.content.targets;
    targets.resize(std::max(targets.size(), target + 1));
    targets[target].name = absl::StrCat("debian-", 11 + target, "/amd64");
    targets[target].platform = {.os = "linux", .architecture = "amd64"};
    targets[target].artifacts.push_back({.kind = kind,
                                         .title = title,
                                         .steps = {"a", "b"},
                                         .sha256 = Sha256Hex(bytes),
                                         .size = bytes.size()});
    draft_.content.id = "app";
    draft_.content.version = 17;
    draft_.content.creator = "provision 1";
    draft_.blobs.push_back({Sha256Hex(bytes), sources_.back().get()});
  }

  std::string Written(const std::vector<const PrivateKey*>& keys = {}) {
    std::vector<BundleSigning> signing;
    for (const PrivateKey* key : keys) {
      signing.push_back(
          {.key = *key, .signed_at = kSignedAt, .expires = kExpires});
    }
    std::string bytes;
    const auto root = format_->Write(draft_, signing, [&](absl::string_view b) {
      bytes.append(b.data(), b.size());
      return absl::OkStatus();
    });
    EXPECT_THAT(root, IsOk());
    root_ = root.value_or("");
    return bytes;
  }

  BundleTrust Trusting(const std::vector<const PrivateKey*>& keys,
                       int threshold = 1) const {
    BundleTrust trust = {.threshold = threshold, .now = kSignedAt};
    for (const PrivateKey* key : keys) trust.keys.push_back(*key->Public());
    return trust;
  }

  // Everything that `verify` does; the id of what it says.
  std::string Verdict(const std::string& bytes,
                      const BundleTrust& trust) const {
    const MemoryByteSource source(bytes);
    const auto bundle = format_->Open(source, trust, true);
    return DiagnosticId(bundle.ok() ? (*bundle)->VerifyContent(1)
                                    : bundle.status());
  }

  const std::unique_ptr<BundleFormat> format_ = NewBundleFormat();
  const PrivateKey ed_ = PrivateKey::Generate(SignatureAlgorithm::kEd25519);
  const PrivateKey ec_ = PrivateKey::Generate(SignatureAlgorithm::kEcdsaP256);
  std::vector<std::unique_ptr<std::string>> kept_;
  std::vector<std::unique_ptr<ByteSource>> sources_;
  BundleDraft draft_;
  std::string root_;
};

TEST_F(BundleFormatTest, WhatIsWrittenIsRead) {
  const std::string bytes = Written({&ed_, &ec_});
  EXPECT_EQ(bytes.substr(0, 1024), ContainerHead());
  EXPECT_EQ(bytes.size() % 512, 0u);
  const MemoryByteSource source(bytes);
  ASSERT_OK_AND_ASSIGN(const auto bundle,
                       format_->Open(source, Trusting({&ed_, &ec_}, 2), true));
  EXPECT_EQ(bundle->root_digest(), root_);
  EXPECT_EQ(bundle->content().id, "app");
  EXPECT_EQ(bundle->content().version, 17u);
  ASSERT_EQ(bundle->content().targets.size(), 2u);
  EXPECT_EQ(bundle->content().targets[0], draft_.content.targets[0]);
  EXPECT_EQ(bundle->verdict()->good, 2);
  EXPECT_EQ(bundle->verdict()->expires, kExpires);
  EXPECT_THAT(bundle->VerifyContent(4), IsOk());
  for (const BundleDraft::Blob& blob : draft_.blobs) {
    ASSERT_OK_AND_ASSIGN(const auto opened, bundle->OpenBlob(blob.sha256));
    std::string content(opened->size(), '\0');
    ASSERT_THAT(opened->ReadAt(0, absl::MakeSpan(&content[0], content.size())),
                IsOk());
    EXPECT_EQ(Sha256Hex(content), blob.sha256);
  }
  EXPECT_TRUE(absl::IsNotFound(bundle->OpenBlob("00").status()));
}

TEST_F(BundleFormatTest, TheSameDraftGivesTheSameBytes) {
  const std::string bytes = Written({&ed_});
  std::reverse(draft_.content.targets.begin(), draft_.content.targets.end());
  std::reverse(draft_.blobs.begin(), draft_.blobs.end());
  EXPECT_EQ(Written({&ed_}), bytes);
  const std::string root = root_;
  Written();
  EXPECT_EQ(root_, root);
}

TEST_F(BundleFormatTest, EveryByteCounts) {
  draft_.content.targets.resize(1);
  const std::string bytes = Written({&ed_});
  const BundleTrust trust = Trusting({&ed_});
  ASSERT_EQ(Verdict(bytes, trust), "");
  std::string changed = bytes;
  for (size_t at = 0; at < bytes.size(); ++at) {
    changed[at] = static_cast<char>(changed[at] ^ (1 << at % 8));
    ASSERT_NE(Verdict(changed, trust), "") << "byte " << at;
    changed[at] = bytes[at];
  }
}

TEST_F(BundleFormatTest, EveryTruncationIsRefused) {
  draft_.content.targets.resize(1);
  const std::string bytes = Written({&ed_});
  for (size_t size = 0; size < bytes.size(); ++size) {
    const std::string id = Verdict(bytes.substr(0, size), Trusting({&ed_}));
    ASSERT_EQ(id, size == 0 ? "format/not-a-bundle" : "format/truncated")
        << size;
  }
  for (const size_t more : {1, 512, 1024}) {
    EXPECT_EQ(Verdict(bytes + std::string(more, '\0'), Trusting({&ed_})),
              "format/trailing");
  }
}

TEST_F(BundleFormatTest, OnlyThoseThatAreTrustedCount) {
  const PrivateKey other = PrivateKey::Generate(SignatureAlgorithm::kEd25519);
  const std::string by_two = Written({&ed_, &ec_});
  const std::string by_one = Written({&ed_});
  const std::string by_none = Written();
  EXPECT_EQ(Verdict(by_two, Trusting({&ed_, &ec_}, 2)), "");
  EXPECT_EQ(Verdict(by_two, Trusting({&ec_})), "");
  EXPECT_EQ(Verdict(by_two, Trusting({&ec_, &other}, 2)), "trust/threshold");
  EXPECT_EQ(Verdict(by_one, Trusting({&ed_, &ec_}, 2)), "trust/threshold");
  // A key given twice is one key.
  EXPECT_EQ(Verdict(by_one, Trusting({&ed_, &ed_}, 2)), "trust/threshold");
  EXPECT_EQ(Verdict(by_one, Trusting({&other})), "trust/unknown-key");
  EXPECT_EQ(Verdict(by_one, Trusting({})), "trust/no-root");
  EXPECT_EQ(Verdict(by_none, Trusting({&ed_})), "trust/none");
  EXPECT_EQ(Verdict(by_none, {.root_digest = root_}), "");
  EXPECT_EQ(Verdict(by_none, {.root_digest = std::string(64, '0')}),
            "trust/digest");
  BundleTrust late = Trusting({&ed_});
  late.now = kExpires + absl::Seconds(1);
  EXPECT_EQ(Verdict(by_one, late), "trust/expired");
}

TEST_F(BundleFormatTest, ASecondSignatureSaysTheSame) {
  const std::string once = Written({&ed_});
  const MemoryByteSource source(once);
  ASSERT_OK_AND_ASSIGN(const auto bundle,
                       format_->Open(source, Trusting({&ed_}), true));
  std::string twice;
  const ByteSink sink = [&](absl::string_view b) {
    twice.append(b.data(), b.size());
    return absl::OkStatus();
  };
  const absl::Time later = kSignedAt + absl::Hours(1);
  EXPECT_EQ(DiagnosticId(format_->AddSignature(
                *bundle, {.key = ec_, .signed_at = later, .expires = kExpires},
                sink)),
            "sign/other-statement");
  EXPECT_EQ(
      DiagnosticId(format_->AddSignature(
          *bundle, {.key = ed_, .signed_at = kSignedAt, .expires = kExpires},
          sink)),
      "sign/already");
  ASSERT_THAT(
      format_->AddSignature(
          *bundle,
          {.key = ec_, .signed_at = later, .expires = later, .take_over = true},
          sink),
      IsOk());
  EXPECT_EQ(Verdict(twice, Trusting({&ed_, &ec_}, 2)), "");
}

TEST_F(BundleFormatTest, WhatIsNoBundleIsNamed) {
  const MemoryByteSource page("<!doctype html>");
  EXPECT_THAT(std::string(format_->Open(page, {}, true).status().message()),
              HasSubstr("a proxy's or portal's page"));
}

TEST_F(BundleFormatTest, ADraftThatCannotBeWrittenIsRefused) {
  const BundleDraft good = draft_;
  const auto id = [&] {
    return DiagnosticId(
        format_
            ->Write(draft_, {},
                    [](absl::string_view) { return absl::OkStatus(); })
            .status());
  };
  draft_.content.id = "App";
  EXPECT_EQ(id(), "create/no-id");
  draft_ = good;
  draft_.content.version = 0;
  EXPECT_EQ(id(), "format/json");
  for (const std::string title :
       {"../x", "a/b", "", "CON", "NUMPY-1.0-PY3-NONE-ANY.WHL"}) {
    draft_ = good;
    draft_.content.targets[1].artifacts[2].title = title;
    EXPECT_EQ(id(), "format/json") << title;
  }
  draft_ = good;
  draft_.content.targets[1].artifacts[1].size = 1;
  EXPECT_EQ(id(), "content/size");
  draft_ = good;
  draft_.blobs.pop_back();
  EXPECT_EQ(id(), "content/missing");
  draft_ = good;
  draft_.blobs[2].source = sources_[0].get();
  draft_.content.targets[0].artifacts[1].size = 9;
  draft_.content.targets[1].artifacts[1].size = 9;
  EXPECT_EQ(id(), "content/digest");
}

}  // namespace
}  // namespace provision
