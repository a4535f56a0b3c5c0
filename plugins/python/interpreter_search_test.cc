#include "plugins/python/interpreter_search.h"

#include "absl/strings/str_cat.h"
#include "core/testing/testing.h"
#include "plugins/python/python_host.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

InterpreterSearch Search(PythonHost& host, absl::string_view request) {
  Facts facts = host.NewFacts();
  return FindInterpreters(*VersionRequest::Parse(request), "/plan/.venv",
                          facts);
}

std::vector<std::string> Found(PythonHost& host, absl::string_view request) {
  std::vector<std::string> found;
  for (const FoundInterpreter& each : Search(host, request).found) {
    found.push_back(each.ToString());
  }
  return found;
}

// The programs that were executed.
std::vector<std::string> Executed(PythonHost& host) {
  std::vector<std::string> programs;
  for (const ProcessSpec& run : host.system().runs()) {
    EXPECT_TRUE(run.read_only) << run.argv[0];
    programs.push_back(run.argv[0]);
  }
  return programs;
}

TEST(FindInterpretersTest, LooksWhereTheToolsKeepThem) {
  PythonHost host;
  host.AddDebianPython();
  host.AddPyenvPython("3.11.7");
  host.AddPyenvPython("3.11.9");
  host.AddPyenvPython("3.12.1");
  for (const auto& [prefix, version] :
       {std::make_pair("/home/ada/.local/share/provision/python/"
                       "cpython-3.11.5-linux-x86_64-gnu-4a51ce60",
                       "3.11.5"),
        std::make_pair("/usr/local/lib/provision/python/"
                       "cpython-3.11.6-linux-x86_64-gnu-08dd5779",
                       "3.11.6"),
        std::make_pair("/home/ada/.local/share/uv/python/"
                       "cpython-3.11.3-linux-x86_64-gnu",
                       "3.11.3"),
        std::make_pair("/home/ada/.local/share/mise/installs/python/3.11.4",
                       "3.11.4")}) {
    host.AddPython(absl::StrCat(prefix, "/bin/python3.11"),
                   {.version = version, .prefix = prefix});
  }
  EXPECT_THAT(Found(host, "3.11.7"),
              ElementsAre("our 3.11.5", "our 3.11.6", "uv's 3.11.3",
                          "pyenv's 3.11.9", "pyenv's 3.11.7", "mise's 3.11.4",
                          "3.11.2 at /usr/bin/python3.11"));
  EXPECT_THAT(Found(host, ">=3.12"), ElementsAre("pyenv's 3.12.1"));
}

TEST(FindInterpretersTest, VariablesMoveTheFolders) {
  PythonHost host;
  host.system().SetVariable("PYENV_ROOT", "/opt/pyenv");
  host.system().SetVariable("UV_PYTHON_INSTALL_DIR", "/opt/uv");
  host.system().SetVariable("MISE_DATA_DIR", "/opt/mise");
  host.system().SetVariable("CONDA_PREFIX", "/opt/conda");
  host.system().SetVariable("XDG_DATA_HOME", "/data");
  host.AddPython("/opt/pyenv/versions/3.11.1/bin/python3.11",
                 {.version = "3.11.1"});
  host.AddPython("/opt/uv/cpython-3.11.2-linux-x86_64-gnu/bin/python3.11",
                 {.version = "3.11.2"});
  host.AddPython("/opt/mise/installs/python/3.11.3/bin/python3.11",
                 {.version = "3.11.3"});
  host.AddPython("/opt/conda/bin/python", {.version = "3.11.4"});
  host.AddPython("/data/provision/python/cpython-3.11.5-x/bin/python3.11",
                 {.version = "3.11.5"});
  EXPECT_THAT(Found(host, "3.11"),
              ElementsAre("our 3.11.5", "uv's 3.11.2", "pyenv's 3.11.1",
                          "mise's 3.11.3", "conda's 3.11.4"));
}

TEST(FindInterpretersTest, OnPathEachFolderAndFileOnce) {
  PythonHost host;
  host.AddDebianPython();
  host.system().AddSymlink("/bin", "usr/bin");
  host.system().SetVariable("PATH", ".:bin:/usr/bin:/bin:/none:/usr/bin/");
  EXPECT_THAT(Found(host, ">=3.11"),
              ElementsAre("3.11.2 at /usr/bin/python3.11"));
  EXPECT_THAT(Executed(host), ElementsAre("/usr/bin/python3.11"));
}

TEST(FindInterpretersTest, TheMostSpecificNameFirstAndNoneInVain) {
  PythonHost host;
  for (const char* name : {"python", "python3", "python3.11", "python3.11.7",
                           "python3.12", "python3-config", "python3.11m"}) {
    host.AddPython(absl::StrCat("/usr/bin/", name), {.version = "3.11.7"});
  }
  Search(host, "3.11.7");
  EXPECT_THAT(Executed(host),
              ElementsAre("/usr/bin/python3.11.7", "/usr/bin/python3.11",
                          "/usr/bin/python3", "/usr/bin/python"));
}

TEST(FindInterpretersTest, SaysWhatElseItSaw) {
  PythonHost host;
  host.AddPython("/usr/bin/python3", {.version = "3.12.8"});
  host.AddPython("/usr/local/bin/python3.11",
                 {.version = "3.11.4", .ssl = false});
  host.system().AddFile("/usr/bin/python", "", 0755);
  host.system().AddScript(
      {"/usr/bin/python"},
      [](const ProcessSpec&) -> absl::StatusOr<ProcessResult> {
        ProcessResult result;
        result.status = 2;
        result.standard_error = "Unknown option: -I\n";
        return result;
      });
  const InterpreterSearch search = Search(host, "3.11.7");
  EXPECT_THAT(search.found, IsEmpty());
  EXPECT_THAT(search.others,
              ElementsAre("/usr/local/bin/python3.11 is 3.11.4, built without "
                          "ssl",
                          "/usr/bin/python3 is 3.12.8",
                          "/usr/bin/python exits with 2: Unknown option: -I"));
}

TEST(FindInterpretersTest, P16BrokenLinksArePassedOverButForTheActiveOne) {
  PythonHost host;
  host.AddDebianPython();
  host.system().AddSymlink("/usr/local/bin/python3.11", "/gone/python3.11");
  EXPECT_THAT(Found(host, "3.11"),
              ElementsAre("3.11.2 at /usr/bin/python3.11"));
  EXPECT_EQ(Search(host, "3.11").broken_active, "");

  host.system().AddSymlink("/home/ada/env/bin/python", "/gone/python3.11");
  host.system().SetVariable("VIRTUAL_ENV", "/home/ada/env");
  EXPECT_EQ(Search(host, "3.11").broken_active, "/home/ada/env/bin/python");
  // The one that is to be made may be broken.
  host.system().AddSymlink("/plan/.venv/bin/python", "/gone/python3.11");
  host.system().SetVariable("VIRTUAL_ENV", "/plan/.venv");
  EXPECT_EQ(Search(host, "3.11").broken_active, "");
}

TEST(FindInterpretersTest, OfAnEnvironmentItTakesTheBase) {
  PythonHost host;
  host.AddEnvironment("/home/ada/env",
                      {.version = "3.11.4",
                       .prefix = "/opt/python",
                       .base_executable = "/opt/python/bin/python3.11"});
  host.system().SetVariable("VIRTUAL_ENV", "/home/ada/env");
  host.system().SetVariable("PATH", "/home/ada/env/bin:/plan/.venv/bin");
  host.AddEnvironment(
      "/plan/.venv",
      {.version = "3.11.2", .base_executable = "/usr/bin/python3.11"});
  EXPECT_THAT(Found(host, "3.11"),
              ElementsAre("3.11.4 at /opt/python/bin/python3.11"));
}

// What names no patch is a link, perhaps to nothing (uv#19622).
TEST(FindInterpretersTest, P9LinksForMinorVersionsAreNotNeeded) {
  PythonHost host;
  const std::string uv = "/home/ada/.local/share/uv/python/";
  host.AddPython(uv + "cpython-3.12.3-linux-x86_64-gnu/bin/python3.12",
                 {.version = "3.12.3"});
  host.system().AddSymlink(uv + "cpython-3.12-linux-x86_64-gnu",
                           uv + "cpython-3.12.1-linux-x86_64-gnu");
  EXPECT_THAT(Found(host, "3.12"), ElementsAre("uv's 3.12.3"));
}

TEST(FindInterpretersTest, P17BuildsWithoutTheLock) {
  PythonHost host;
  host.AddPython("/usr/bin/python3.13t",
                 {.version = "3.13.1", .free_threaded = true});
  EXPECT_THAT(Found(host, "3.13"), IsEmpty());
  EXPECT_THAT(Search(host, "3.13").others,
              ElementsAre("/usr/bin/python3.13t is 3.13.1, it is built without "
                          "the global lock"));
  EXPECT_THAT(Found(host, "3.13t"),
              ElementsAre("3.13.1 at /usr/bin/python3.13t"));
  host.AddPython("/usr/bin/python3.14t",
                 {.version = "3.14.4", .free_threaded = true});
  EXPECT_THAT(Found(host, "3.14"),
              ElementsAre("3.14.4 at /usr/bin/python3.14t"));
  host.AddPython("/usr/bin/python3.14", {.version = "3.14.0"});
  EXPECT_THAT(Found(host, "3.14"),
              ElementsAre("3.14.0 at /usr/bin/python3.14",
                          "3.14.4 at /usr/bin/python3.14t"));
}

TEST(OurInterpreterFoldersTest, RootHasTheMachinesAlone) {
  PythonHost host;
  Facts facts = host.NewFacts();
  EXPECT_THAT(OurInterpreterFolders(facts),
              ElementsAre("/home/ada/.local/share/provision/python",
                          "/usr/local/lib/provision/python"));
  host.system().SetIdentity(Identity{});
  Facts roots = host.NewFacts();
  EXPECT_THAT(OurInterpreterFolders(roots),
              ElementsAre("/usr/local/lib/provision/python"));
}

}  // namespace
}  // namespace provision
