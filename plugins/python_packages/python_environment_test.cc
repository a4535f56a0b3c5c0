#include "plugins/python_packages/python_environment.h"

#include <string>
#include <vector>

#include "core/testing/provisioner_golden.h"
#include "core/testing/testing.h"
#include "plugins/python_packages/fake_environment.h"
#include "plugins/python_packages/interpreter_scripts.h"

namespace provision {
namespace {

using ::testing::ElementsAre;

constexpr char kPath[] = "/plan/.venv";

TEST(PythonEnvironmentTest, ReadsWhatTheInterpreterSays) {
  FakeEnvironment host;
  host.AddFile("bin/x", "1");
  host.Finish();
  Facts facts(host.facts(), GoldenScope());
  ASSERT_OK_AND_ASSIGN(const PythonEnvironment environment,
                       ReadPythonEnvironment(kPath, facts));
  EXPECT_EQ(environment.interpreter, "/plan/.venv/bin/python");
  EXPECT_EQ(environment.markers.at("python_full_version"), "3.11.7");
  EXPECT_THAT(environment.site_packages,
              ElementsAre("lib/python3.11/site-packages"));
  EXPECT_THAT(environment.base_interpreters,
              ElementsAre("/opt/python/bin/python3.11",
                          "/opt/python/bin/python3", "/opt/python/bin/python"));
  EXPECT_EQ(environment.entries.count("bin/x"), 1);
}

TEST(PythonEnvironmentTest, AFolderWithoutSettingsIsNone) {
  FakeFacts host;
  host.AddDirectory("/usr");
  host.AddMissing("/usr/pyvenv.cfg");
  Facts facts(host, GoldenScope());
  EXPECT_THAT(ReadPythonEnvironment("/usr", facts),
              HasDiagnosticId("python_packages/not-virtual"));
}

TEST(PythonEnvironmentTest, AnInterpreterThatInstallsElsewhereIsNone) {
  for (const char* answer :
       {R"({"virtual": false, "purelib": "/plan/.venv/lib",
            "platlib": "/plan/.venv/lib"})",
        R"({"virtual": true, "purelib": "/usr/lib/python3/dist-packages",
            "platlib": "/plan/.venv/lib"})",
        R"({})"}) {
    FakeEnvironment host;
    host.Finish();
    host.facts().AddCommand({"/plan/.venv/bin/python", "-I", "-B", "-c",
                             kDescribeInterpreterScript},
                            answer);
    Facts facts(host.facts(), GoldenScope());
    EXPECT_THAT(ReadPythonEnvironment(kPath, facts),
                HasDiagnosticId("python_packages/not-virtual"))
        << answer;
  }
}

TEST(PythonEnvironmentTest, AnInterpreterThatDoesNotAnswerIsAnError) {
  for (const int status : {0, 1}) {
    FakeEnvironment host;
    host.Finish();
    host.facts().AddCommand({"/plan/.venv/bin/python", "-I", "-B", "-c",
                             kDescribeInterpreterScript},
                            "no JSON", status);
    Facts facts(host.facts(), GoldenScope());
    EXPECT_THAT(ReadPythonEnvironment(kPath, facts),
                HasDiagnosticId("python_packages/interpreter"));
  }
}

TEST(PythonEnvironmentTest, ALargeOneIsListedFolderByFolder) {
  FakeEnvironment host;
  host.Finish();
  const auto listing = [](const std::string& path, bool recursive) {
    FactQuery query;
    query.mutable_listing()->set_path(path);
    if (recursive) query.mutable_listing()->set_recursive(true);
    return query;
  };
  host.facts().Add(listing(kPath, true), ParseText<FactValue>(R"pb(
                     absent { reason: TOO_LARGE })pb"));
  host.facts().Add(listing(kPath, false), ParseText<FactValue>(R"pb(
                     listing {
                       entry { name: "lib" type: DIRECTORY }
                       entry { name: "pyvenv.cfg" type: FILE }
                     })pb"));
  host.facts().Add(listing("/plan/.venv/lib", true), ParseText<FactValue>(R"pb(
                     listing { entry { name: "a/b.py" type: FILE size: 7 } }
                   )pb"));
  Facts facts(host.facts(), GoldenScope());
  ASSERT_OK_AND_ASSIGN(const PythonEnvironment environment,
                       ReadPythonEnvironment(kPath, facts));
  EXPECT_EQ(environment.entries.at("lib/a/b.py").size(), 7);
  EXPECT_EQ(environment.entries.at("pyvenv.cfg").size(), 40);
}

TEST(PythonEnvironmentTest, SettingsMayNameTheBaseInterpreter) {
  FakeEnvironment host;
  host.Finish();
  host.facts().AddFile("/plan/.venv/pyvenv.cfg",
                       "Home=/a/bin\nexecutable = /a/bin/python3.11\n");
  Facts facts(host.facts(), GoldenScope());
  ASSERT_OK_AND_ASSIGN(const PythonEnvironment environment,
                       ReadPythonEnvironment(kPath, facts));
  EXPECT_THAT(
      environment.base_interpreters,
      ElementsAre("/a/bin/python3.11", "/a/bin/python3", "/a/bin/python"));
}

}  // namespace
}  // namespace provision
