#include "plugins/python_packages/package_tool.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/testing/provisioner_golden.h"
#include "core/testing/testing.h"
#include "plugins/python_packages/fake_environment.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Config = PythonPackagesConfig;

PackageToolChoice Choose(FakeEnvironment& host, Config::PackageManager manager,
                         bool prefer_pip = false) {
  host.Finish();
  Facts facts(host.facts(), GoldenScope());
  const auto environment = ReadPythonEnvironment(FakeEnvironment::kPath, facts);
  EXPECT_OK(environment);
  return ChoosePackageTool(manager, FakeEnvironment::kPath, &*environment,
                           prefer_pip, facts);
}

std::string Argv(const PackageToolChoice& choice) {
  return choice.tool.has_value() ? absl::StrJoin(choice.tool->argv, " ")
                                 : "none";
}

std::vector<std::string> Reasons(const PackageToolChoice& choice) {
  std::vector<std::string> reasons;
  for (const Refusal& refusal : choice.refused) {
    reasons.push_back(refusal.rung() + ": " + refusal.reason());
  }
  return reasons;
}

constexpr char kBasePip[] =
    "/plan/.venv/bin/python "
    "/opt/python/lib/python3.11/site-packages/pip/__pip-runner__.py";

TEST(PackageToolTest, AutoTakesUvThenPip) {
  FakeEnvironment both;
  both.AddUv();
  both.AddBasePip();
  const PackageToolChoice uv = Choose(both, Config::AUTO);
  EXPECT_EQ(Argv(uv), "/usr/bin/uv");
  EXPECT_TRUE(uv.tool->is_uv);
  EXPECT_EQ(uv.tool->version, "0.12.5");

  FakeEnvironment pip_only;
  pip_only.AddBasePip();
  const PackageToolChoice pip = Choose(pip_only, Config::AUTO);
  EXPECT_EQ(Argv(pip), kBasePip);
  EXPECT_FALSE(pip.tool->is_uv);
  EXPECT_EQ(pip.tool->version, "24.2");
}

TEST(PackageToolTest, WhatIsSaidExplicitlyHasNoSubstitute) {
  FakeEnvironment pip_only;
  pip_only.AddBasePip();
  const PackageToolChoice uv = Choose(pip_only, Config::UV);
  EXPECT_EQ(Argv(uv), "none");
  EXPECT_THAT(uv.missing, HasSubstr("no uv on PATH"));

  FakeEnvironment uv_only;
  uv_only.AddUv();
  const PackageToolChoice pip = Choose(uv_only, Config::PIP);
  EXPECT_EQ(Argv(pip), "none");
  EXPECT_THAT(pip.missing, HasSubstr("no pip in the environment"));
}

TEST(PackageToolTest, AUvThatDoesNotRunIsPassedOverWithItsReason) {
  struct Case {
    const char* answer;
    const char* reason;
  };
  for (const Case& c : {
           Case{"outcome: DEADLINE",
                "uv: /usr/bin/uv does not answer within 10 s"},
           Case{R"pb(outcome: EXITED status: 1 standard_error: "broken\n")pb",
                "uv: /usr/bin/uv ends with 1: broken"},
           Case{R"pb(outcome: NOT_STARTED text: "Permission denied")pb",
                "uv: /usr/bin/uv cannot be started: Permission denied"},
           Case{R"pb(outcome: EXITED standard_output: "1.4.0\n")pb",
                "uv: /usr/bin/uv does not tell its version"},
       }) {
    FakeEnvironment host;
    host.AddUv();
    host.AddBasePip();
    FactQuery query;
    query.mutable_command()->add_argv("/usr/bin/uv");
    query.mutable_command()->add_argv("--version");
    FactValue value;
    *value.mutable_command() = ParseText<FactValue::Command>(c.answer);
    host.facts().Add(query, value);
    const PackageToolChoice choice = Choose(host, Config::AUTO);
    EXPECT_EQ(Argv(choice), kBasePip);
    EXPECT_THAT(Reasons(choice), ElementsAre(c.reason));
  }
}

TEST(PackageToolTest, UvIsFoundInTheHomeAndAsAModule) {
  FakeEnvironment home;
  home.AddProgram("/home/ada/.cargo/bin/uv", {"--version"}, "uv 0.5.0\n");
  EXPECT_EQ(Argv(Choose(home, Config::UV)), "/home/ada/.cargo/bin/uv");

  FakeEnvironment module;
  module.facts().AddDirectory("/opt/python/lib/python3.11/site-packages/uv");
  module.AddProgram("/opt/python/bin/python3", {"-m", "uv", "--version"},
                    "uv 0.6.0\n");
  EXPECT_EQ(Argv(Choose(module, Config::UV)), "/opt/python/bin/python3 -m uv");
}

TEST(PackageToolTest, PipsAreTriedInOrder) {
  FakeEnvironment host;
  host.AddBasePip();
  EXPECT_EQ(Argv(Choose(host, Config::PIP)), kBasePip);
  host.AddPip({"/usr/bin/pip3"}, "23.0.1", "/usr/lib/pip");
  EXPECT_EQ(Argv(Choose(host, Config::PIP)),
            "/plan/.venv/bin/python /usr/lib/pip/__pip-runner__.py");
  host.AddFile("lib/python3.11/site-packages/pip/__main__.py", "");
  host.facts().AddCommand({"/plan/.venv/bin/python", "-m", "pip", "--version"},
                          "pip 20.0 from /plan (python 3.11)\n");
  const PackageToolChoice own = Choose(host, Config::PIP);
  EXPECT_EQ(Argv(own), "/plan/.venv/bin/python -m pip");
  EXPECT_EQ(own.tool->version, "20.0");
}

TEST(PackageToolTest, PyenvsNewestPipIsTriedFirst) {
  FakeEnvironment host;
  host.facts().AddDirectory("/home/ada/.pyenv/versions", 0755,
                            {"3.10.1", "3.9.18", "system-thing"});
  for (const std::string version : {"3.10.1", "3.9.18"}) {
    const std::string folder = "/home/ada/.pyenv/versions/" + version;
    host.AddPip({folder + "/bin/python3", "-m", "pip"}, "24.0",
                folder + "/pip");
  }
  EXPECT_EQ(Argv(Choose(host, Config::AUTO)),
            "/plan/.venv/bin/python "
            "/home/ada/.pyenv/versions/3.10.1/pip/__pip-runner__.py");
}

TEST(PackageToolTest, APipFromBeforePython312DoesNotServeIt) {
  struct Case {
    const char* pip;
    const char* python;
    bool serves;
  };
  for (const Case& c :
       {Case{"23.0.1", "3.11", true}, Case{"23.0.1", "3.12", false},
        Case{"23.1.2", "3.12", true}, Case{"22.3", "3.13", false}}) {
    FakeEnvironment host;
    host.AddPip({"/usr/bin/pip3"}, c.pip, "/usr/lib/pip");
    host.Finish();
    Facts facts(host.facts(), GoldenScope());
    auto environment = ReadPythonEnvironment(FakeEnvironment::kPath, facts);
    ASSERT_OK(environment);
    environment->markers["python_version"] = c.python;
    const PackageToolChoice choice = ChoosePackageTool(
        Config::PIP, FakeEnvironment::kPath, &*environment, false, facts);
    EXPECT_EQ(choice.tool.has_value(), c.serves) << c.pip << " " << c.python;
    if (c.serves) continue;
    EXPECT_THAT(Reasons(choice),
                ElementsAre(HasSubstr(absl::StrCat(
                    "is ", c.pip, "; from Python 3.12 on it has to be"))));
  }
}

TEST(PackageToolTest, APipWithoutARunnerIsToldTheInterpreter) {
  FakeEnvironment host;
  for (const std::vector<std::string>& ask :
       {std::vector<std::string>{"--version"},
        std::vector<std::string>{"--python", "/plan/.venv/bin/python",
                                 "--version"}}) {
    host.AddProgram("/usr/bin/pip", ask, "pip 99.0 from /x (python 3.11)\n");
  }
  EXPECT_EQ(Argv(Choose(host, Config::AUTO)),
            "/usr/bin/pip --python /plan/.venv/bin/python");
}

TEST(PackageToolTest, APipThatTheInterpreterCannotRunIsPassedOver) {
  FakeEnvironment host;
  host.AddPip({"/usr/bin/pip3"}, "23.0.1", "/usr/lib/pip");
  host.facts().AddCommand(
      {"/plan/.venv/bin/python", "/usr/lib/pip/__pip-runner__.py", "--version"},
      "", 1);
  host.AddBasePip();
  const PackageToolChoice choice = Choose(host, Config::AUTO);
  EXPECT_EQ(Argv(choice), kBasePip);
  EXPECT_THAT(Reasons(choice),
              ElementsAre("pip: /plan/.venv/bin/python ends with 1"));
}

TEST(PackageToolTest, TheWheelOfPipThatPythonBringsWillDo) {
  for (const char* folder : {"/opt/python/lib/python3.11/ensurepip/_bundled",
                             "/usr/share/python-wheels"}) {
    FakeEnvironment host;
    host.facts().AddDirectory(folder, 0755,
                              {"pip-23.0.1-py3-none-any.whl", "pip-x",
                               "setuptools-66.1.1-py3-none-any.whl"});
    const std::string wheel =
        std::string(folder) + "/pip-23.0.1-py3-none-any.whl/pip";
    host.facts().AddCommand({"/plan/.venv/bin/python", wheel, "--version"},
                            "pip 23.0.1 from a wheel (python 3.11)\n");
    EXPECT_EQ(Argv(Choose(host, Config::AUTO)),
              "/plan/.venv/bin/python " + wheel);
  }
}

TEST(PackageToolTest, AnOldPipCannotInstallElsewhere) {
  FakeEnvironment host;
  host.AddPip({"/usr/bin/pip"}, "22.2.9", "/usr/lib/pip");
  const PackageToolChoice choice = Choose(host, Config::AUTO);
  EXPECT_EQ(Argv(choice), "none");
  EXPECT_THAT(Reasons(choice),
              ElementsAre("pip: /usr/bin/pip is 22.2.9; --python came with "
                          "22.3"));
  EXPECT_THAT(choice.missing, HasSubstr("; no pip in"));
}

TEST(PackageToolTest, SettingsThatUvIsBlindForAskForPipFirst) {
  FakeEnvironment both;
  both.AddUv();
  both.AddBasePip();
  EXPECT_EQ(Argv(Choose(both, Config::AUTO, true)), kBasePip);
  FakeEnvironment uv_only;
  uv_only.AddUv();
  EXPECT_EQ(Argv(Choose(uv_only, Config::AUTO, true)), "/usr/bin/uv");
}

TEST(PackageToolTest, BeforeTheEnvironmentIsThereThePathIsSearched) {
  FakeEnvironment host;
  host.AddPip({"/usr/bin/python3", "-m", "pip"}, "23.0.1", "/usr/lib/pip");
  Facts facts(host.facts(), GoldenScope());
  const PackageToolChoice choice = ChoosePackageTool(
      Config::AUTO, FakeEnvironment::kPath, nullptr, false, facts);
  EXPECT_EQ(Argv(choice),
            "/plan/.venv/bin/python /usr/lib/pip/__pip-runner__.py");
  EXPECT_THAT(choice.refused, IsEmpty());
}

}  // namespace
}  // namespace provision
