#include "core/host/path_access.h"

#include "core/testing/fake_facts.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(PathAccessTest, TheNearestParentIsWhatIsThere) {
  FakeFacts host;
  host.AddDirectory("/");
  host.AddDirectory("/srv", 0700);
  host.AddMissing("/srv/a");
  host.AddFile("/srv/file", "");
  host.AddMissing("/srv/file/x");
  Facts facts(host, {});
  EXPECT_EQ(FindNearestParent(facts, "/srv/a/b").path, "/srv");
  EXPECT_EQ(FindNearestParent(facts, "/srv/a/b").state.mode(), 0700u);
  EXPECT_EQ(FindNearestParent(facts, "/srv").path, "/");
  NearestParent file = FindNearestParent(facts, "/srv/file/x/y");
  EXPECT_EQ(file.path, "/srv/file");
  EXPECT_EQ(file.state.type(), PathState::FILE);
  EXPECT_EQ(FindNearestParent(facts, "/unknown/x").state.type(),
            PathState::UNSPECIFIED);
}

TEST(PathAccessTest, NamesAreChangedByWhoMayWriteAndSearch) {
  const struct {
    uint32_t uid;
    uint32_t gid;
    uint32_t mode;
    bool may;
  } kCases[] = {{7, 1, 0700, true},  {7, 1, 0500, false}, {1, 7, 0770, true},
                {1, 7, 0720, false}, {1, 9, 0770, true},  {1, 8, 0770, false},
                {1, 1, 0777, true},  {1, 1, 0755, false}, {7, 7, 0077, false}};
  FactValue::Host host =
      ParseText<FactValue::Host>("uid: 7 gid: 7 group: 7 group: 9");
  for (const auto& c : kCases) {
    PathState state;
    state.set_uid(c.uid);
    state.set_gid(c.gid);
    state.set_mode(c.mode);
    EXPECT_EQ(MayChangeNames(host, state), c.may)
        << c.uid << ":" << c.gid << " " << c.mode;
  }
  EXPECT_TRUE(MayChangeNames(FactValue::Host(), PathState()));
}

TEST(PathAccessTest, RootIsNeededWhereTheUserMayNot) {
  FakeFacts host;
  host.AddDirectory("/etc");
  host.AddDirectory("/tmp", 01777);
  host.AddHost(7, "/home/u");
  Facts facts(host, {});
  EXPECT_TRUE(NeedsRoot(facts, "/etc/motd"));
  EXPECT_FALSE(NeedsRoot(facts, "/tmp/motd"));
  host.AddHost(0, "/root");
  Facts as_root(host, {});
  EXPECT_FALSE(NeedsRoot(as_root, "/etc/motd"));
}

}  // namespace
}  // namespace provision
