#include "core/actions/store_contents.h"

#include "absl/strings/str_cat.h"
#include "core/actions/artifact_store.h"
#include "core/base/crypto.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::IsEmpty;

class StoreContentsTest : public testing::Test {
 protected:
  StoreContentsTest() {
    system_.AddDirectory("/store", 0700);
    store_ = *system_.OpenDirectory("/store");
  }

  StoreContents Read() {
    auto contents = ReadStore(*store_);
    EXPECT_OK(contents);
    return contents.ok() ? *contents : StoreContents();
  }

  FakeSystem system_;
  std::unique_ptr<Directory> store_;
  const std::string digest_ = Sha256Hex("content");
};

TEST_F(StoreContentsTest, AnUnfilledStoreIsEmpty) {
  const StoreContents contents = Read();
  EXPECT_THAT(contents.artifacts, IsEmpty());
  EXPECT_THAT(contents.downloads, IsEmpty());
  EXPECT_EQ(contents.bytes(), 0u);
  EXPECT_OK(RemoveFromStore(*store_, contents));
}

TEST_F(StoreContentsTest, ShowsAndRemovesWhatThereIs) {
  system_.AddFile(absl::StrCat("/store/sha256/", digest_), "content");
  system_.AddFile("/store/sha256/.keep", "");
  const std::string key = Sha256Hex("download");
  {
    ArtifactStore store(*store_);
    ASSERT_OK_AND_ASSIGN(auto partial,
                         store.OpenPartial(system_, key, absl::ZeroDuration()));
    ASSERT_OK(partial->Restart("https://files.example/a.whl?token=x", "tag"));
    ASSERT_OK(partial->Append("abc"));
    // As long as it is held nothing goes.
    EXPECT_THAT(RemoveFromStore(*store_, Read()),
                HasDiagnosticId("store/locked"));
    EXPECT_EQ(system_.Content(absl::StrCat("/store/sha256/", digest_)),
              "content");
  }
  const StoreContents contents = Read();
  ASSERT_EQ(contents.artifacts.size(), 1u);
  EXPECT_EQ(contents.artifacts[0].sha256, digest_);
  EXPECT_EQ(contents.artifacts[0].size, 7u);
  ASSERT_EQ(contents.downloads.size(), 1u);
  EXPECT_EQ(contents.downloads[0].sha256, key);
  EXPECT_EQ(contents.downloads[0].size, 3u);
  EXPECT_EQ(contents.downloads[0].url, "https://files.example/a.whl");
  EXPECT_EQ(contents.bytes(), 10u);
  ASSERT_OK(RemoveFromStore(*store_, contents));
  EXPECT_EQ(Read().bytes(), 0u);
  EXPECT_EQ(system_.Content("/store/sha256/.keep"), "");
}

TEST_F(StoreContentsTest, OnlyWhatIsOldEnough) {
  StoreContents contents;
  const absl::Time time = absl::FromUnixSeconds(1000);
  contents.artifacts = {{.sha256 = "a", .modified = time - absl::Hours(1)},
                        {.sha256 = "b", .modified = time}};
  contents.downloads = {{.sha256 = "c", .modified = time + absl::Hours(1)}};
  const StoreContents older = OlderThan(contents, time);
  ASSERT_EQ(older.artifacts.size(), 1u);
  EXPECT_EQ(older.artifacts[0].sha256, "a");
  EXPECT_THAT(older.downloads, IsEmpty());
}

}  // namespace
}  // namespace provision
