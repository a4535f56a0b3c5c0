#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/testing/conformance.h"
#include "core/testing/testing.h"
#include "plugins/python_packages/python_packages_provisioner.h"

namespace provision {
namespace {

constexpr char kPython[] = "/srv/.venv/bin/python";
constexpr char kSite[] = "/srv/.venv/lib/python3.11/site-packages";

constexpr char kDescription[] = R"json({"markers": {
  "python_version": "3.11", "python_full_version": "3.11.7",
  "sys_platform": "linux", "os_name": "posix"},
  "purelib": "SITE", "platlib": "SITE", "virtual": true})json";

// As a tool leaves it.
void Install(FakeSystem& system, const std::string& name) {
  const std::string info = absl::StrCat(kSite, "/", name, "-1.0.dist-info");
  system.AddFile(absl::StrCat(kSite, "/", name, "/__init__.py"), "x = 1\n");
  system.AddFile(info + "/METADATA",
                 absl::StrCat("Name: ", name, "\nVersion: 1.0\n"));
  system.AddFile(info + "/INSTALLER", "pip\n");
  system.AddFile(info + "/RECORD",
                 absl::StrCat(name, "/__init__.py,,6\n", name,
                              "-1.0.dist-info/INSTALLER,,4\n"));
}

// An environment, and a tool that installs alpha at the word `install`.
void AddEnvironment(FakeSystem& system, const std::string& tool) {
  system.AddFile("/srv/r.txt", "alpha\n");
  system.AddFile("/srv/.venv/pyvenv.cfg", "home = /opt/python/bin\n");
  system.AddFile(kPython, "", 0755);
  system.AddDirectory(kSite);
  // A script without arguments describes the interpreter, one with names
  // imports them.
  system.AddScript({kPython}, [&system](const ProcessSpec& spec) {
    ProcessResult result;
    if (spec.argv.size() == 5) {
      result.standard_output =
          absl::StrReplaceAll(kDescription, {{"SITE", kSite}});
    } else {
      const auto module =
          system.Content(absl::StrCat(kSite, "/alpha/__init__.py"));
      result.status = module == "x = 1\n" ? 0 : 1;
    }
    return result;
  });
  system.AddFile(tool, "", 0755);
  system.AddScript({tool}, [&system](const ProcessSpec& spec) {
    ProcessResult result;
    for (const std::string& word : spec.argv) {
      if (word == "--version") {
        result.standard_output =
            "uv 0.12.5\npip 24.2 from /usr/lib/pip (python 3.11)\n";
      } else if (word == "install") {
        Install(system, "alpha");
      }
    }
    return result;
  });
}

ConformanceCase Case(const std::string& tool) {
  ConformanceCase tried;
  tried.provisioner = [] {
    return std::make_unique<PythonPackagesProvisioner>();
  };
  tried.step = R"pb([provision.python_packages] {
                      environment: ".venv"
                      requirements: "r.txt"
                    })pb";
  tried.unusable =
      R"pb([provision.python_packages] { environment: ".venv" })pb";
  tried.host = [tool](FakeSystem& system) { AddEnvironment(system, tool); };
  tried.is_reversible = false;
  return tried;
}

TEST(PythonPackagesConformanceTest, WithUv) {
  ConformanceCase tried = Case("/usr/bin/uv");
  const auto host = tried.host;
  tried.host = [host](FakeSystem& system) {
    host(system);
    system.SetVariable("PATH", "/usr/bin");
  };
  CheckConformance(tried);
}

TEST(PythonPackagesConformanceTest, WithPipAndADamagedDistribution) {
  ConformanceCase tried = Case("/usr/bin/pip");
  const auto host = tried.host;
  tried.host = [host](FakeSystem& system) {
    host(system);
    system.SetVariable("PATH", "/usr/bin");
    Install(system, "alpha");
    system.AddFile(absl::StrCat(kSite, "/alpha/__init__.py"), "damaged");
  };
  CheckConformance(tried);
}

TEST(PythonPackagesConformanceTest, WithBrokenMetadataAndASecretIndex) {
  ConformanceCase tried = Case("/usr/bin/pip");
  const auto host = tried.host;
  tried.host = [host](FakeSystem& system) {
    host(system);
    system.SetVariable("PATH", "/usr/bin");
    system.SetVariable("PIP_INDEX_URL",
                       "https://ada:canary-of-index@index.example/simple");
    system.AddFile(absl::StrCat(kSite, "/alpha-1.0.dist-info/METADATA"),
                   "Name: alpha\nVersion: 1.0\n");
  };
  tried.canaries = {"canary-of-index"};
  CheckConformance(tried);
}

}  // namespace
}  // namespace provision
