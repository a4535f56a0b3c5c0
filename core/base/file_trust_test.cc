#include "core/base/file_trust.h"

#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::Eq;
using testing::HasSubstr;
using testing::Optional;

constexpr uint32_t kAda = 1000;
constexpr uint32_t kEve = 1001;

class FileTrustTest : public testing::Test {
 protected:
  FileTrustTest() {
    system_.AddFile("/etc/passwd",
                    "root:x:0:0::/root:/bin/sh\n"
                    "ada:x:1000:1000::/home/ada:/bin/sh\n"
                    "eve:x:1001:1001::/home/eve:/bin/sh\n");
    system_.AddFile("/etc/group",
                    "root:x:0:\nada:x:1000:\neve:x:1001:ada\n"
                    "staff:x:50:ada,eve\n");
    Identity ada;
    ada.uid = kAda;
    ada.gid = kAda;
    system_.SetIdentity(ada);
    system_.AddFile("/home/ada/tool", "x");
    system_.ChangeOwner("/home/ada", kAda, kAda);
    system_.ChangeOwner("/home/ada/tool", kAda, kAda);
  }

  absl::optional<std::string> Why(absl::string_view path) {
    absl::StatusOr<absl::optional<std::string>> why = WhyNotSafe(system_, path);
    EXPECT_OK(why);
    return why.value_or(absl::nullopt);
  }

  FakeSystem system_;
};

TEST_F(FileTrustTest, OursIsRootsAndTheUsers) {
  EXPECT_TRUE(IsOurs(system_, 0));
  EXPECT_TRUE(IsOurs(system_, kAda));
  EXPECT_FALSE(IsOurs(system_, kEve));
  EXPECT_FALSE(IsOurs(system_, 65534));
}

TEST_F(FileTrustTest, UnderSudoTheCallersToo) {
  system_.SetVariable("SUDO_UID", "1001");
  EXPECT_FALSE(IsOurs(system_, kEve)) << "anybody can set a variable";
  system_.SetIdentity(Identity{});
  EXPECT_TRUE(IsOurs(system_, kEve));
  EXPECT_FALSE(IsOurs(system_, kAda));
}

TEST_F(FileTrustTest, InANamespaceWithoutRootTheOverflowUidIsRoot) {
  system_.AddFile("/proc/sys/kernel/overflowuid", "65534\n");
  system_.AddFile("/proc/self/uid_map", "      1000       1000          1\n");
  EXPECT_TRUE(IsOurs(system_, 65534));
  system_.AddFile("/proc/self/uid_map", "         0          0 4294967295\n");
  EXPECT_FALSE(IsOurs(system_, 65534));
}

TEST_F(FileTrustTest, SafeIsWhatNobodyElseCanWrite) {
  EXPECT_THAT(Why("/home/ada/tool"), Eq(absl::nullopt));
  system_.AddFile("/usr/bin/tool", "x", 0755);
  EXPECT_THAT(Why("/usr/bin/tool"), Eq(absl::nullopt));
}

TEST_F(FileTrustTest, NotSafeIsAnothersFile) {
  system_.ChangeOwner("/home/ada/tool", kEve, kEve);
  EXPECT_THAT(Why("/home/ada/tool"),
              Optional(HasSubstr("/home/ada/tool belongs to user 1001")));
}

TEST_F(FileTrustTest, GroupsCountByTheirMembers) {
  struct Case {
    uint32_t gid;
    bool safe;
  };
  for (const Case& c : {
           Case{1000, true},   // ada's own
           Case{0, false},     // root's primary group has root
           Case{50, false},    // ada and eve
           Case{1001, false},  // eve's primary group, which lists ada
           Case{77, false},    // nobody describes it
       }) {
    system_.AddFile("/home/ada/tool", "x", 0664);
    system_.ChangeOwner("/home/ada/tool", kAda, c.gid);
    EXPECT_EQ(!Why("/home/ada/tool").has_value(), c.safe) << c.gid;
  }
}

TEST_F(FileTrustTest, AParentThatOthersCanWriteIsNotSafe) {
  system_.AddDirectory("/home/ada/open", 0777);
  system_.ChangeOwner("/home/ada/open", kAda, kAda);
  system_.AddFile("/home/ada/open/tool", "x");
  EXPECT_THAT(Why("/home/ada/open/tool"),
              Optional(HasSubstr("anybody can write /home/ada/open")));
}

TEST_F(FileTrustTest, AStickyParentIsSafe) {
  system_.AddDirectory("/tmp", 01777);
  system_.AddFile("/tmp/tool", "x");
  system_.ChangeOwner("/tmp/tool", kAda, kAda);
  EXPECT_THAT(Why("/tmp/tool"), Eq(absl::nullopt));
  system_.ChangeOwner("/tmp/tool", kEve, kEve);
  EXPECT_TRUE(Why("/tmp/tool").has_value());
}

TEST_F(FileTrustTest, LinksAreFollowedAndJudged) {
  system_.AddDirectory("/shared", 0777);
  system_.AddSymlink("/shared/way", "/home/ada");
  system_.AddSymlink("/home/ada/direct", "tool");
  system_.AddSymlink("/home/ada/around", "/shared/way/tool");
  system_.AddSymlink("/home/ada/up", "../ada/tool");
  EXPECT_THAT(Why("/home/ada/direct"), Eq(absl::nullopt));
  EXPECT_THAT(Why("/home/ada/up"), Eq(absl::nullopt));
  EXPECT_THAT(Why("/home/ada/around"),
              Optional(HasSubstr("anybody can write /shared")));
}

TEST_F(FileTrustTest, WhatIsNotThereIsAnError) {
  EXPECT_THAT(WhyNotSafe(system_, "/home/ada/none"),
              StatusIs(absl::StatusCode::kNotFound));
  system_.AddSymlink("/home/ada/circle", "circle");
  EXPECT_THAT(WhyNotSafe(system_, "/home/ada/circle"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("too many links")));
}

}  // namespace
}  // namespace provision
