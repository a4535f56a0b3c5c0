#include "plugins/python/virtual_environment.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/testing/testing.h"
#include "plugins/python/python_host.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using State = VirtualEnvironment::State;

const PythonAnswer kOnDebian = {.version = "3.11.2",
                                .base_executable = "/usr/bin/python3.11"};
const EnvironmentBase kDebian = {"/usr/bin/python3.11", "3.11.2", "3.11"};

VirtualEnvironment Read(PythonHost& host,
                        absl::string_view path = "/plan/.venv") {
  Facts facts = host.NewFacts();
  return ReadVirtualEnvironment(path, facts);
}

// "link bin/python -> /usr/bin/python3.11", below the environment.
std::vector<std::string> Actions(PythonHost& host, const EnvironmentBase& base,
                                 absl::string_view path = "/plan/.venv") {
  Facts facts = host.NewFacts();
  ActionList actions(facts);
  const VirtualEnvironment environment = ReadVirtualEnvironment(path, facts);
  AddEnvironment(environment, base, &actions);
  std::vector<std::string> texts;
  for (const Action& action : actions.actions()) {
    if (action.has_write_file()) {
      texts.push_back("write " + action.write_file().path());
    } else if (action.has_link()) {
      texts.push_back(absl::StrCat("link ", action.link().path(), " -> ",
                                   action.link().target()));
    } else if (action.has_make_directory()) {
      texts.push_back("mkdir " + action.make_directory().path());
    } else if (action.has_remove()) {
      texts.push_back("remove " + action.remove().path());
    }
  }
  return texts;
}

TEST(AddEnvironmentTest, TheSettingsComeFirstAndThePythonLast) {
  PythonHost host;
  EXPECT_THAT(
      Actions(host, kDebian),
      ElementsAre("mkdir /plan/.venv", "write /plan/.venv/pyvenv.cfg",
                  "mkdir /plan/.venv/include", "mkdir /plan/.venv/lib",
                  "mkdir /plan/.venv/lib/python3.11",
                  "mkdir /plan/.venv/lib/python3.11/site-packages",
                  "link /plan/.venv/lib64 -> lib", "mkdir /plan/.venv/bin",
                  "link /plan/.venv/bin/python3.11 -> python",
                  "link /plan/.venv/bin/python3 -> python",
                  "link /plan/.venv/bin/python -> "
                  "/usr/bin/python3.11"));
}

TEST(AddEnvironmentTest, AnotherPatchIsPutInPlace) {
  PythonHost host;
  host.AddEnvironment("/plan/.venv", kOnDebian);
  EXPECT_THAT(
      Actions(host, {"/opt/bin/python3.11", "3.11.7", "3.11"}),
      testing::AllOf(testing::Not(testing::Contains(HasSubstr("remove"))),
                     testing::Contains("link /plan/.venv/bin/python -> "
                                       "/opt/bin/python3.11")));
}

TEST(AddEnvironmentTest, AnotherMinorVersionReplacesIt) {
  PythonHost host;
  host.AddEnvironment("/plan/.venv", kOnDebian);
  const EnvironmentBase base = {"/opt/bin/python3.12", "3.12.1", "3.12"};
  EXPECT_TRUE(IsReplaced(Read(host), base));
  const std::vector<std::string> actions = Actions(host, base);
  ASSERT_GT(actions.size(), 3u);
  EXPECT_EQ(actions[0], "remove /plan/.venv");
  EXPECT_EQ(actions[1], "mkdir /plan/.venv");
  EXPECT_EQ(actions.back(),
            "link /plan/.venv/bin/python -> /opt/bin/python3.12");
}

TEST(ReadVirtualEnvironmentTest, TellsWhatIsThere) {
  PythonHost host;
  EXPECT_EQ(Read(host).state, State::kAbsent);
  host.system().AddDirectory("/plan/.venv");
  EXPECT_EQ(Read(host).state, State::kAbsent);

  host.AddEnvironment("/plan/.venv", kOnDebian);
  const VirtualEnvironment whole = Read(host);
  EXPECT_EQ(whole.state, State::kEnvironment);
  EXPECT_TRUE(whole.complete);
  EXPECT_EQ(whole.made_for, "3.11.2");
  ASSERT_TRUE(whole.interpreter.has_value());
  EXPECT_EQ(whole.interpreter->base_executable, "/usr/bin/python3.11");
}

TEST(ReadVirtualEnvironmentTest, WhatIsNoEnvironmentIsLeftAlone) {
  PythonHost host;
  host.system().AddFile("/plan/.venv/thesis.txt", "x");
  EXPECT_EQ(Read(host).state, State::kOther);
  EXPECT_EQ(Read(host).why, "it has no pyvenv.cfg, but other files");
  host.system().AddFile("/plan/file", "x");
  EXPECT_EQ(Read(host, "/plan/file").state, State::kOther);
}

TEST(ReadVirtualEnvironmentTest, APartIsMissing) {
  for (const char* part : {"/plan/.venv/bin/python", "/plan/.venv/bin/python3",
                           "/plan/.venv/lib/python3.11/site-packages"}) {
    PythonHost host;
    host.AddEnvironment("/plan/.venv", kOnDebian);
    host.system().RemoveTree(part);
    if (absl::string_view(part) == "/plan/.venv/bin/python") {
      host.system().AddScript(InterpreterCommand(part), [](const ProcessSpec&) {
        return absl::NotFoundError("gone");
      });
    }
    const VirtualEnvironment environment = Read(host);
    EXPECT_EQ(environment.state, State::kEnvironment) << part;
    EXPECT_FALSE(environment.complete) << part;
    EXPECT_EQ(environment.made_for, "3.11.2") << part;
    EXPECT_FALSE(IsReplaced(environment, kDebian)) << part;
  }
}

TEST(ReadVirtualEnvironmentTest, APythonOfAnotherPlaceIsNotItsOwn) {
  PythonHost host;
  host.AddEnvironment("/plan/.venv", kOnDebian);
  host.AddPython("/plan/.venv/bin/python", {.version = "3.11.2"});
  EXPECT_FALSE(Read(host).interpreter.has_value());
  EXPECT_EQ(Read(host).why, "its bin/python belongs to /usr");
}

TEST(ReadVirtualEnvironmentTest, LinksAtItsEndAreFollowed) {
  PythonHost host;
  host.AddEnvironment("/data/env", kOnDebian);
  host.system().AddSymlink("/plan/.venv", "../data/env");
  const VirtualEnvironment environment = Read(host);
  EXPECT_EQ(environment.path, "/data/env");
  EXPECT_TRUE(environment.complete);
  host.system().AddSymlink("/plan/dangling", "/data/new");
  EXPECT_EQ(Read(host, "/plan/dangling").path, "/data/new");
  EXPECT_EQ(Read(host, "/plan/dangling").state, State::kAbsent);
}

// Whatever a crash leaves is known, and a second try ends in the same.
TEST(AddEnvironmentTest, EveryBeginningIsGoneOnWith) {
  PythonHost whole;
  const std::vector<std::string> all = Actions(whole, kDebian);
  for (size_t performed = 0; performed <= all.size(); ++performed) {
    PythonHost host;
    for (size_t i = 0; i < performed; ++i) {
      const std::vector<std::string> words = absl::StrSplit(all[i], ' ');
      if (words[0] == "mkdir") {
        host.system().AddDirectory(words[1]);
      } else if (words[0] == "write") {
        host.system().AddFile(words[1],
                              "home = /usr/bin\n"
                              "include-system-site-packages = false\n"
                              "version = 3.11.2\n"
                              "executable = /usr/bin/python3.11\n");
      } else {
        host.system().AddSymlink(words[1], words[3]);
      }
    }
    EXPECT_NE(Read(host).state, State::kOther) << performed;
    EXPECT_THAT(Actions(host, kDebian),
                testing::ElementsAreArray(all.begin() + performed, all.end()))
        << performed;
  }
}

}  // namespace
}  // namespace provision
