#ifndef PROVISION_CORE_PROJECT_TEST_RUNNERS_H_
#define PROVISION_CORE_PROJECT_TEST_RUNNERS_H_

// Which programs run a project's tests, found out without running one.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/api/facts.h"

namespace provision {

struct TestRunner {
  enum class Kind { kPytest, kUnittest, kDjango, kTox, kNox, kMake };
  Kind kind;
  std::string name;     // "pytest"
  std::string command;  // what runs the tests, in the project's folder
  // Why we think so: "pyproject.toml:12: [tool.pytest.ini_options]". At most
  // kMostEvidence, the files that say it outright first.
  std::vector<std::string> evidence;
  int more_evidence = 0;  // beyond those
};

inline constexpr size_t kMostEvidence = 5;

// The runners of the project in the absolute `folder`, in the order of Kind.
// Looks into its configuration, and into Python files down to four folders
// below it; hidden folders, environments, and those of packages and builds are
// left out. A file that cannot be read is no evidence.
std::vector<TestRunner> FindTestRunners(absl::string_view folder, Facts& facts);

// Asks the runner how many tests it finds, without running one. It imports the
// project's code, so it is for the caller to hold the process to reading. An
// error says in a few words why there is no number, Python's own last line
// among them: "ModuleNotFoundError: No module named 'pytest'". Only of kinds
// that collect: pytest, unittest, django.
absl::StatusOr<int> CountTests(const TestRunner& runner,
                               absl::string_view folder,
                               absl::string_view python, Facts& facts);

// Whether CountTests() is of any use.
bool CollectsTests(TestRunner::Kind kind);

// The interpreter that would run the tests: that of `.venv` or `venv` in
// `folder`, else the first `python3` on PATH; empty if there is none.
std::string PythonOfProject(absl::string_view folder, Facts& facts);

}  // namespace provision

#endif  // PROVISION_CORE_PROJECT_TEST_RUNNERS_H_
