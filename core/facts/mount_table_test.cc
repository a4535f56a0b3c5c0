#include "core/facts/mount_table.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::SizeIs;

constexpr char kMountInfo[] =
    R"(22 28 0:20 / /proc rw,nosuid,nodev,noexec shared:13 - proc proc rw
28 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,errors=remount-ro
90 28 0:44 / /mnt/with\040space rw,relatime shared:2 master:1 - fuse.sshfs u@host:/\134x rw,user_id=0
91 28 0:45 / /mnt/twice rw - tmpfs first rw
92 28 0:46 / /mnt/twice ro - tmpfs second rw,size=10k
not a line
)";

TEST(MountTableTest, ReadsMountInfo) {
  FactValue::Mounts mounts = ParseMountInfo(kMountInfo);
  ASSERT_THAT(mounts.mount(), SizeIs(5));
  EXPECT_THAT(mounts.mount(1),
              EqualsProto(R"pb(type: "ext4"
                               mount_point: "/"
                               source: "/dev/vda1"
                               option: "rw"
                               option: "relatime"
                               option: "errors=remount-ro")pb"));
  EXPECT_EQ(mounts.mount(2).mount_point(), "/mnt/with space");
  EXPECT_EQ(mounts.mount(2).source(), "u@host:/\\x");
  EXPECT_EQ(mounts.mount(2).type(), "fuse.sshfs");
  EXPECT_THAT(ParseMountInfo("").mount(), SizeIs(0));
}

TEST(MountTableTest, TheDeepestAndLatestMountHoldsAPath) {
  FactValue::Mounts mounts = ParseMountInfo(kMountInfo);
  const struct {
    const char* path;
    const char* source;
  } kCases[] = {{"/", "/dev/vda1"},
                {"/home/u", "/dev/vda1"},
                {"/proc", "proc"},
                {"/process", "/dev/vda1"},
                {"/mnt/with space/x", "u@host:/\\x"},
                {"/mnt/twice/x", "second"}};
  for (const auto& c : kCases) {
    const FactValue::FileSystem* mount = MountOf(mounts, c.path);
    ASSERT_NE(mount, nullptr) << c.path;
    EXPECT_EQ(mount->source(), c.source) << c.path;
  }
  EXPECT_EQ(MountOf(FactValue::Mounts(), "/"), nullptr);
}

}  // namespace
}  // namespace provision
