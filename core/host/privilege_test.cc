#include "core/host/privilege.h"

#include "core/testing/fake_facts.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using Kind = Privilege::Kind;

class PrivilegeTest : public testing::Test {
 protected:
  PrivilegeTest() {
    host_.AddHost(7, "/home/u");
    host_.AddFile("/proc/self/status", "Name:\tprovision\nNoNewPrivs:\t0\n");
  }

  void Install(const char* program, int status) {
    host_.AddFile(program, "", 04755);
    host_.AddCommand({program, "-n", "true"}, "", status);
  }

  void Join(const char* group) {
    FactQuery query;
    query.mutable_owner()->set_group(group);
    host_.Add(query, ParseText<FactValue>("owner { id: 7 }"));
  }

  Privilege Derive() {
    Facts facts(host_, {});
    return DerivePrivilege(facts);
  }

  FakeFacts host_;
};

TEST_F(PrivilegeTest, RootNeedsNothing) {
  host_.AddHost(0, "/root");
  Privilege privilege = Derive();
  EXPECT_EQ(privilege.kind, Kind::kRoot);
  EXPECT_EQ(privilege.by, "");
  EXPECT_THAT(privilege.evidence, SizeIs(1));
}

TEST_F(PrivilegeTest, NoNewPrivilegesMakesSudoUseless) {
  host_.AddFile("/proc/self/status", "NoNewPrivs:\t1\n");
  Install("/usr/bin/sudo", 0);
  Join("sudo");
  Privilege privilege = Derive();
  EXPECT_EQ(privilege.kind, Kind::kCannot);
  EXPECT_THAT(privilege.why, HasSubstr("no_new_privs"));
}

TEST_F(PrivilegeTest, SudoOrDoasWithoutAPassword) {
  Install("/usr/bin/doas", 0);
  EXPECT_EQ(Derive().by, "/usr/bin/doas");
  Install("/usr/bin/sudo", 0);
  Privilege privilege = Derive();
  EXPECT_EQ(privilege.kind, Kind::kCanBecomeRoot);
  EXPECT_EQ(privilege.by, "/usr/bin/sudo");
  EXPECT_FALSE(privilege.asks);
}

TEST_F(PrivilegeTest, AnAdministratorIsAsked) {
  Install("/usr/bin/sudo", 1);
  EXPECT_EQ(Derive().kind, Kind::kCannot);
  EXPECT_THAT(Derive().why, HasSubstr("groups"));
  Join("wheel");
  Privilege privilege = Derive();
  EXPECT_EQ(privilege.kind, Kind::kCanBecomeRoot);
  EXPECT_EQ(privilege.by, "/usr/bin/sudo");
  EXPECT_TRUE(privilege.asks);
}

TEST_F(PrivilegeTest, DoasAsksAnAdministrator) {
  Install("/usr/bin/doas", 1);
  Join("wheel");
  Privilege privilege = Derive();
  EXPECT_EQ(privilege.by, "/usr/bin/doas");
  EXPECT_TRUE(privilege.asks);
}

TEST_F(PrivilegeTest, AnAdministratorWithoutAProgramCannot) {
  Join("admin");
  EXPECT_THAT(Derive().why, HasSubstr("neither sudo"));
  host_.AddFile("/usr/bin/pkexec", "", 04755);
  EXPECT_EQ(Derive().by, "/usr/bin/pkexec");
}

}  // namespace
}  // namespace provision
