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

TEST(ChildEnvironmentTest, AValueThatNamesAFileIsLeftOut) {
  struct Case {
    const char* name;
    const char* value;
    bool inherited;
  };
  for (const Case& c : {
           Case{"LANG", "de_DE.UTF-8", true},
           Case{"LANG", "/tmp/evil", false},
           Case{"LC_MESSAGES", "%s%n", false},
           Case{"TERM", "xterm-256color", true},
           Case{"TERM", "../../x", false},
           Case{"TZ", "Europe/Berlin", true},
           Case{"TZ", "/etc/shadow", false},
           Case{"TZ", ":/etc/shadow", false},
           Case{"TZ", "../../etc/shadow", false},
           Case{"BASH_ENV", "x", false},
           Case{"BASH_FUNC_ls%%", "() { evil; }", false},
       }) {
    FakeSystem system;
    system.SetVariable(c.name, c.value);
    EXPECT_EQ(ChildEnvironment(system).count(c.name) > 0, c.inherited)
        << c.name << "=" << c.value;
  }
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
