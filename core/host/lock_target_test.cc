#include "core/host/lock_target.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::HasSubstr;

TEST(LockTargetTest, KnowsItsNames) {
  for (const std::string& name : LockTargetNames()) {
    const auto target = FindLockTarget(name);
    ASSERT_OK(target) << name;
    EXPECT_EQ(target->name(), name);
  }
  EXPECT_THAT(FindLockTarget("manylinux_2_17/arm64"),
              IsOkAndHolds(EqualsProto(R"pb(name: "manylinux_2_17/arm64"
                                            os: "linux"
                                            architecture: "arm64"
                                            libc: "glibc"
                                            libc_version: "2.17")pb")));
}

TEST(LockTargetTest, RefusesOthersAndNamesWhatIsNear) {
  for (const char* name : {"debian-12", "debain-12/amd64", "debian-12/x86_64",
                           "manylinux_2/amd64", "manylinux_x_y/amd64", ""}) {
    EXPECT_THAT(FindLockTarget(name).status(), HasDiagnosticId("usage/target"))
        << name;
  }
  EXPECT_THAT(FindLockTarget("debain-12/amd64").status().ToString(),
              HasSubstr("debain-12/amd64"));
}

TEST(LockTargetTest, AHostTakesTheAnswersOfItsNameOrOfAnOlderCLibrary) {
  Lock lock;
  for (const char* name :
       {"alpine-3.19/amd64", "debian-12/arm64", "debian-13/amd64",
        "manylinux_2_17/amd64", "manylinux_2_28/amd64", "windows-11/amd64"}) {
    *lock.add_target() = *FindLockTarget(name);
  }
  const auto found = [&lock](const char* host) {
    const Lock::Target* target = TargetForHost(lock, *FindLockTarget(host));
    return target == nullptr ? "none" : target->name();
  };
  EXPECT_EQ(found("debian-13/amd64"), "debian-13/amd64");
  EXPECT_EQ(found("debian-12/amd64"), "manylinux_2_28/amd64");
  EXPECT_EQ(found("debian-12/arm64"), "debian-12/arm64");
  EXPECT_EQ(found("debian-11/arm64"), "none");
  EXPECT_EQ(found("windows-10/amd64"), "windows-11/amd64");
  EXPECT_EQ(found("macos-13/arm64"), "none");
}

TEST(LockTargetTest, OfSeveralSystemsTheNewestThatTheHostHas) {
  Lock lock;
  for (const char* name :
       {"macos-12/arm64", "macos-14/arm64", "macos-13/arm64"}) {
    *lock.add_target() = *FindLockTarget(name);
  }
  const auto found = [&lock](const char* host) {
    return TargetForHost(lock, *FindLockTarget(host))->name();
  };
  EXPECT_EQ(found("macos-15/arm64"), "macos-14/arm64");
  EXPECT_EQ(found("macos-13/arm64"), "macos-13/arm64");
}

}  // namespace
}  // namespace provision
