#include "core/base/host_identity.h"

#include <string>

#include "core/base/crypto.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(HostIdentityTest, TheMachineIdComesFirst) {
  FakeSystem system;
  system.SetNames({.os = "Linux", .host_name = "alpha"});
  const std::string by_name = HostId(system);
  EXPECT_EQ(by_name, Sha256Hex("alpha").substr(0, 32));
  system.AddFile("/etc/machine-id", "\n");
  EXPECT_EQ(HostId(system), by_name);
  system.AddFile("/etc/machine-id", "0123abcd\n");
  EXPECT_EQ(HostId(system), Sha256Hex("0123abcd").substr(0, 32));
}

TEST(HostIdentityTest, HostsOfOneHomeDiffer) {
  FakeSystem a;
  FakeSystem b;
  a.AddFile("/etc/machine-id", "a\n");
  b.AddFile("/etc/machine-id", "b\n");
  EXPECT_NE(HostId(a), HostId(b));
}

TEST(HostIdentityTest, TheBootIdIsTheKernels) {
  FakeSystem system;
  EXPECT_EQ(BootId(system), "");
  system.AddFile("/proc/sys/kernel/random/boot_id", "d34d-b33f\n");
  EXPECT_EQ(BootId(system), "d34d-b33f");
}

}  // namespace
}  // namespace provision
