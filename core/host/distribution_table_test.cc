#include "core/host/distribution_table.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(DistributionTableTest, CodenamesBelongToOneDistribution) {
  EXPECT_EQ(VersionOfCodename("ubuntu", "jammy"), "22.04");
  EXPECT_EQ(VersionOfCodename("debian", "bookworm"), "12");
  EXPECT_EQ(VersionOfCodename("debian", "jammy"), "");
  EXPECT_TRUE(IsCodenameOf("ubuntu", "jammy"));
  EXPECT_FALSE(IsCodenameOf("ubuntu", "bookworm"));
  EXPECT_FALSE(IsCodenameOf("ubuntu", ""));
  // It rolls: a codename without a version.
  EXPECT_TRUE(IsCodenameOf("debian", "sid"));
  EXPECT_EQ(VersionOfCodename("debian", "sid"), "");
}

TEST(DistributionTableTest, Families) {
  EXPECT_THAT(AliasesOf("ol"), ElementsAre("rhel", "fedora"));
  EXPECT_THAT(AliasesOf("debian"), IsEmpty());
  EXPECT_TRUE(IsFamily("suse"));
  EXPECT_FALSE(IsFamily("lede"));
  EXPECT_THAT(FamiliesAbove("ubuntu"), ElementsAre("debian"));
  EXPECT_THAT(FamiliesAbove("debian"), IsEmpty());
  EXPECT_THAT(FamiliesAbove("lede"), IsEmpty());
  EXPECT_TRUE(IsRhelRebuild("rocky"));
  EXPECT_FALSE(IsRhelRebuild("rhel"));
}

}  // namespace
}  // namespace provision
