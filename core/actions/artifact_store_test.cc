#include "core/actions/artifact_store.h"

#include "core/base/crypto.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::Key;
using ::testing::Not;

class ArtifactStoreTest : public testing::Test {
 protected:
  ArtifactStoreTest() { Reopen(); }

  void Reopen() {
    system_.AddDirectory("/store", 0700);
    folder_ = *system_.OpenDirectory("/store");
    store_ = std::make_unique<ArtifactStore>(*folder_);
  }

  absl::StatusOr<std::unique_ptr<PartialArtifact>> Partial() {
    return store_->OpenPartial(system_, "key",
                               system_.MonotonicClock() + absl::Seconds(1));
  }

  FakeSystem system_;
  std::unique_ptr<Directory> folder_;
  std::unique_ptr<ArtifactStore> store_;
};

TEST_F(ArtifactStoreTest, ADownloadGetsItsNameOnlyWhenCommitted) {
  const std::string digest = Sha256Hex("abcdef");
  ASSERT_OK_AND_ASSIGN(auto partial, Partial());
  ASSERT_OK(partial->Restart("http://h/", "\"v\""));
  ASSERT_OK(partial->Append("abc"));
  ASSERT_OK(partial->Append("def"));
  EXPECT_EQ(partial->size(), 6u);
  EXPECT_EQ(partial->Digest(), digest);
  EXPECT_THAT(store_->Has(digest), IsOkAndHolds(false));
  EXPECT_THAT(store_->Open(digest), HasDiagnosticId("store/missing"));
  ASSERT_OK(partial->Sync());
  ASSERT_OK(store_->Commit("key", digest));
  EXPECT_THAT(store_->Has(digest), IsOkAndHolds(true));
  ASSERT_OK_AND_ASSIGN(auto source, store_->Open(digest));
  EXPECT_EQ(source->size(), 6u);
  EXPECT_THAT(
      system_.Snapshot("/store"),
      ElementsAre(Key("/store"), Key("/store/partial"), Key("/store/sha256"),
                  Key("/store/sha256/" + digest)));
  system_.PowerCut();
  EXPECT_EQ(system_.Content("/store/sha256/" + digest), "abcdef");
}

TEST_F(ArtifactStoreTest, ALaterProcessContinues) {
  {
    ASSERT_OK_AND_ASSIGN(auto partial, Partial());
    ASSERT_OK(partial->Restart("http://h/", "\"v\""));
    ASSERT_OK(partial->Append("abc"));
  }
  system_.Restart();
  Reopen();
  ASSERT_OK_AND_ASSIGN(auto partial, Partial());
  EXPECT_EQ(partial->size(), 3u);
  EXPECT_EQ(partial->url(), "http://h/");
  EXPECT_EQ(partial->validator(), "\"v\"");
  ASSERT_OK(partial->Append("def"));
  EXPECT_EQ(partial->Digest(), Sha256Hex("abcdef"));
  EXPECT_EQ(*system_.Content("/store/partial/key"), "abcdef");
}

TEST_F(ArtifactStoreTest, BytesThatNobodyKnowsAreDropped) {
  system_.AddFile("/store/partial/key", "what is this?");
  for (const std::string companion : {"", "\xff\xff not a companion"}) {
    if (!companion.empty()) {
      system_.AddFile("/store/partial/key.from", companion);
    }
    ASSERT_OK_AND_ASSIGN(auto partial, Partial());
    EXPECT_EQ(partial->size(), 0u);
    EXPECT_EQ(partial->validator(), "");
    EXPECT_EQ(*system_.Content("/store/partial/key"), "");
  }
}

// After a kill at any operation the companion never speaks of other bytes.
TEST_F(ArtifactStoreTest, ACrashLeavesNoWrongCompanion) {
  for (int n = 1;; ++n) {
    system_.RemoveTree("/store");
    Reopen();
    {
      ASSERT_OK_AND_ASSIGN(auto partial, Partial());
      ASSERT_OK(partial->Restart("http://old/", "\"old\""));
      ASSERT_OK(partial->Append("old bytes"));
      system_.CrashAt(n);
      if (partial->Restart("http://new/", "\"new\"").ok()) {
        partial->Append("new bytes").IgnoreError();
      }
    }
    const bool was_last = !system_.crashed();
    system_.Restart();
    folder_ = *system_.OpenDirectory("/store");
    store_ = std::make_unique<ArtifactStore>(*folder_);
    ASSERT_OK_AND_ASSIGN(auto partial, Partial());
    if (partial->size() > 0) {
      const std::string content = *system_.Content("/store/partial/key");
      EXPECT_EQ(partial->validator(),
                content == "old bytes" ? "\"old\"" : "\"new\"")
          << n;
    }
    if (was_last) break;
  }
}

TEST_F(ArtifactStoreTest, WhatIsOpenedIsVerified) {
  const std::string digest = Sha256Hex("right");
  system_.AddFile("/store/sha256/" + digest, "wrong");
  EXPECT_THAT(store_->Open(digest), HasDiagnosticId("store/damaged"));
}

TEST_F(ArtifactStoreTest, OnlyOneHoldsADownload) {
  system_.HoldLock("/store/partial/key.lock");
  EXPECT_THAT(Partial(), HasDiagnosticId("store/locked"));
  EXPECT_GE(system_.MonotonicClock(), absl::Seconds(1));
  system_.RequestStopInWait(15);
  EXPECT_THAT(Partial(), StatusIs(absl::StatusCode::kCancelled));
  system_.ReleaseLock("/store/partial/key.lock");
  EXPECT_OK(Partial());
}

}  // namespace
}  // namespace provision
