#include "bundles/member_mode.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

using ::testing::SizeIs;
using Type = ArchiveEntry::Type;

TEST(CheckModeTest, VerdictsOfBothProfiles) {
  const struct {
    Type type;
    uint32_t mode;
    bool strict, upstream;
    size_t allowances;  // of upstream
  } kCases[] = {
      {Type::kFile, 0644, true, true, 0},
      {Type::kFile, 0755, true, true, 0},
      {Type::kFile, 0400, true, true, 0},
      {Type::kFile, 0, true, true, 0},
      {Type::kDirectory, 0755, true, true, 0},
      {Type::kFile, 04755, false, false, 0},
      {Type::kFile, 02755, false, false, 0},
      {Type::kFile, 01644, false, false, 0},
      {Type::kFile, 0664, false, true, 1},
      {Type::kFile, 0646, false, true, 1},
      {Type::kDirectory, 04755, false, false, 0},
      {Type::kDirectory, 02755, false, true, 1},
      {Type::kDirectory, 01777, false, true, 2},
      {Type::kSymlink, 07777, true, true, 0},
  };
  for (const auto& c : kCases) {
    std::set<std::string> allowances;
    EXPECT_EQ(
        CheckMode("p", c.type, c.mode, ArchiveProfile::kStrict, &allowances)
            .ok(),
        c.strict)
        << std::oct << c.mode;
    EXPECT_EQ(
        CheckMode("p", c.type, c.mode, ArchiveProfile::kUpstream, &allowances)
            .ok(),
        c.upstream)
        << std::oct << c.mode;
    EXPECT_THAT(allowances, SizeIs(c.allowances)) << std::oct << c.mode;
  }
}

TEST(IsExecutableTest, TheOwnersBitDecides) {
  EXPECT_TRUE(IsExecutable(0700));
  EXPECT_FALSE(IsExecutable(0655));
}

}  // namespace
}  // namespace provision
