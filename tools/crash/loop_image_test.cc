#include "tools/crash/loop_image.h"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>

#include "absl/strings/str_cat.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

class LoopImageTest : public ::testing::TestWithParam<const char*> {};

TEST_P(LoopImageTest, ACutTakesWhatWasNotSynced) {
  absl::StatusOr<std::unique_ptr<LoopImage>> image =
      LoopImage::Mount(absl::StrCat(::testing::TempDir(), "loop"), GetParam());
  if (!image.ok()) GTEST_SKIP() << "no loop devices: " << image.status();
  const std::string folder = (*image)->folder();
  std::ofstream(absl::StrCat(folder, "/synced")) << "s";
  ASSERT_OK((*image)->Sync());
  std::ofstream(absl::StrCat(folder, "/loose")) << "l";
  ASSERT_OK((*image)->CutPower());
  EXPECT_EQ(access(absl::StrCat(folder, "/synced").c_str(), F_OK), 0);
  EXPECT_NE(access(absl::StrCat(folder, "/loose").c_str(), F_OK), 0);
  ASSERT_OK((*image)->Renew());
  EXPECT_NE(access(absl::StrCat(folder, "/synced").c_str(), F_OK), 0);
}

INSTANTIATE_TEST_SUITE_P(Types, LoopImageTest,
                         ::testing::Values("ext4", "xfs", "btrfs"),
                         [](const auto& type) { return type.param; });

TEST(LoopImageTypeTest, OthersAreRefused) {
  EXPECT_THAT(LoopImage::Mount(::testing::TempDir(), "vfat"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       ::testing::HasSubstr("vfat")));
}

}  // namespace
}  // namespace provision
