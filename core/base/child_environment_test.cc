#include "core/base/child_environment.h"

#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(ChildEnvironmentTest, InheritsOnlyWhatIsAllowed) {
  FakeSystem system;
  for (const char* name :
       {"LANG", "LC_ALL", "LC_TIME", "TERM", "TZ", "PATH", "LD_PRELOAD",
        "PYTHONPATH", "HTTPS_PROXY", "LANGUAGE", "AWS_SECRET_ACCESS_KEY"}) {
    system.SetVariable(name, "x");
  }
  system.SetVariable("LC_MESSAGES", "../../etc");
  system.SetVariable("LC_CTYPE", "%s");
  system.SetVariable("HOME", "/home/u");
  EXPECT_THAT(ChildEnvironment(system),
              ElementsAre(Pair("HOME", "/home/u"), Pair("LANG", "x"),
                          Pair("LC_ALL", "x"), Pair("LC_TIME", "x"),
                          Pair("PATH", kChildPath), Pair("TERM", "x"),
                          Pair("TZ", "x")));
}

TEST(ChildEnvironmentTest, HomeIsAbsoluteOrThatOfTheUserDatabase) {
  FakeSystem system;
  EXPECT_EQ(HomeDirectory(system), "/root");
  system.SetVariable("HOME", "relative");
  EXPECT_EQ(HomeDirectory(system), "/root");
  system.SetVariable("HOME", "/elsewhere");
  EXPECT_EQ(HomeDirectory(system), "/elsewhere");
  FakeSystem homeless;
  homeless.SetIdentity({.uid = 7, .gid = 7});
  EXPECT_THAT(ChildEnvironment(homeless),
              ElementsAre(Pair("PATH", kChildPath)));
}

}  // namespace
}  // namespace provision
