#include "core/base/cgroup_layout.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

// By hand, after the forms in proc(5) and cgroups(7).
constexpr char kHybrid[] =
    "20 1 0:19 / /proc rw,relatime shared:5 - proc proc rw\n"
    "31 26 0:27 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup "
    "rw,memory\n"
    "32 26 0:28 /docker/x /sys/fs/cgroup/cpu,cpuacct rw shared:9 master:1 - "
    "cgroup cgroup rw,cpu,cpuacct\n"
    "33 26 0:29 / /sys/fs/cgroup/uni\\040fied rw - cgroup2 cgroup2 rw\n"
    "broken line\n";

TEST(CgroupLayoutTest, FindsBothVersions) {
  const std::vector<CgroupHierarchy> found = ParseCgroupMounts(kHybrid);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_FALSE(found[0].unified);
  EXPECT_TRUE(found[0].controllers.count("memory"));
  EXPECT_EQ(found[0].mount_point, "/sys/fs/cgroup/memory");
  EXPECT_EQ(found[1].root, "/docker/x");
  EXPECT_TRUE(found[1].controllers.count("cpuacct"));
  EXPECT_TRUE(found[2].unified);
  EXPECT_EQ(found[2].mount_point, "/sys/fs/cgroup/uni fied");
  EXPECT_TRUE(ParseCgroupMounts("").empty());
}

TEST(CgroupLayoutTest, ReadsMembership) {
  EXPECT_THAT(
      ParseCgroupMembership("4:memory:/a/b\n"
                            "3:cpu,cpuacct:/\n"
                            "1:name=systemd:/s\n"
                            "0::/user.slice/a:b\n"),
      UnorderedElementsAre(Pair("memory", "/a/b"), Pair("cpu", "/"),
                           Pair("cpuacct", "/"), Pair("name=systemd", "/s"),
                           Pair("", "/user.slice/a:b")));
}

TEST(CgroupLayoutTest, MapsAPathToItsFolder) {
  struct Case {
    const char* root;
    const char* path;
    absl::optional<std::string> folder;
  };
  for (const Case& c : {
           Case{"/", "/", "/cg"},
           Case{"/", "/a/b", "/cg/a/b"},
           Case{"/docker/x", "/docker/x", "/cg"},
           Case{"/docker/x", "/docker/x/y", "/cg/y"},
           Case{"/docker/x", "/docker/xy", absl::nullopt},
           Case{"/docker/x", "/", absl::nullopt},
       }) {
    CgroupHierarchy hierarchy;
    hierarchy.mount_point = "/cg";
    hierarchy.root = c.root;
    EXPECT_EQ(CgroupFolder(hierarchy, c.path), c.folder) << c.root << c.path;
  }
}

}  // namespace
}  // namespace provision
