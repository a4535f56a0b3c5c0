#include "core/actions/environment.h"

#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::Pair;
using ::testing::UnorderedElementsAre;

TEST(EnvironmentTest, InheritsTheAllowListAlone) {
  struct Case {
    const char* name;
    const char* value;
    bool inherited;
  };
  for (const Case& c : {
           Case{"HOME", "/home/ada", true},
           Case{"HOME", "ada", false},
           Case{"LANG", "de_DE.UTF-8", true},
           Case{"LANG", "/tmp/evil", false},
           Case{"LC_ALL", "C", true},
           Case{"LC_MESSAGES", "%s%n", false},
           Case{"TERM", "xterm-256color", true},
           Case{"TERM", "../../x", false},
           Case{"TZ", "Europe/Berlin", true},
           Case{"TZ", ":/etc/shadow", false},
           Case{"TZ", "../../etc/shadow", false},
           Case{"PATH", "/usr/bin:.", false},
           Case{"LD_PRELOAD", "x.so", false},
           Case{"GCONV_PATH", "x", false},
           Case{"BASH_ENV", "x", false},
           Case{"ENV", "x", false},
           Case{"IFS", "x", false},
           Case{"PYTHONPATH", "x", false},
           Case{"PERL5LIB", "x", false},
           Case{"NODE_OPTIONS", "x", false},
           Case{"GIT_SSH_COMMAND", "x", false},
           Case{"BASH_FUNC_ls%%", "() { evil; }", false},
           Case{"https_proxy", "http://proxy", false},
           Case{"LANGUAGE_X", "x", false},
       }) {
    EXPECT_EQ(IsInheritedVariable(c.name, c.value), c.inherited)
        << c.name << "=" << c.value;
    FakeSystem system;
    system.SetVariable(c.name, c.value);
    const auto environment = ComposeEnvironment(system);
    const auto found = environment.find(c.name);
    const bool there = found != environment.end() && found->second == c.value;
    EXPECT_EQ(there, c.inherited) << c.name;
  }
}

TEST(EnvironmentTest, PathIsFixedAndTheDeclaredWin) {
  FakeSystem system;
  system.SetIdentity({.uid = 1000, .user_name = "ada", .home = "/home/ada"});
  system.SetVariable("PATH", "/evil");
  system.SetVariable("TZ", "UTC");
  EXPECT_THAT(
      ComposeEnvironment(system),
      UnorderedElementsAre(Pair("PATH", kCommandPath),
                           Pair("HOME", "/home/ada"), Pair("TZ", "UTC")));

  google::protobuf::RepeatedPtrField<EnvironmentVariable> declared;
  *declared.Add() =
      ParseText<EnvironmentVariable>(R"pb(name: "TZ" value: "")pb");
  *declared.Add() = ParseText<EnvironmentVariable>(R"pb(name: "PATH"
                                                        value: "/opt/bin")pb");
  EXPECT_THAT(ComposeEnvironment(system, declared),
              UnorderedElementsAre(Pair("PATH", "/opt/bin"),
                                   Pair("HOME", "/home/ada"), Pair("TZ", "")));
}

}  // namespace
}  // namespace provision
