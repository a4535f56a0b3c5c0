#include "core/project/test_runners.h"

#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/path.h"

namespace provision {
namespace {

using Kind = TestRunner::Kind;

constexpr int kDeepest = 4;
constexpr int kMostFiles = 2000;
constexpr int kDeadlineSeconds = 60;

// What a line of a file that is called so says.
constexpr struct {
  absl::string_view file;
  absl::string_view begins;  // the line, without blanks in front
  Kind kind;
} kSigns[] = {
    {"pyproject.toml", "[tool.pytest.ini_options]", Kind::kPytest},
    {"pyproject.toml", "[tool.pytest]", Kind::kPytest},
    {"pyproject.toml", "[tool.tox]", Kind::kTox},
    {"pytest.ini", "[pytest]", Kind::kPytest},
    {"setup.cfg", "[tool:pytest]", Kind::kPytest},
    {"setup.cfg", "[tox:tox]", Kind::kTox},
    {"tox.ini", "[pytest]", Kind::kPytest},
    {"tox.ini", "[tox]", Kind::kTox},
    {"tox.ini", "[testenv", Kind::kTox},
    {"tox.toml", "env_list", Kind::kTox},
    {"noxfile.py", "@nox.session", Kind::kNox},
    {"Makefile", "test:", Kind::kMake},
    {"Makefile", "check:", Kind::kMake},
    {"GNUmakefile", "test:", Kind::kMake},
    {"GNUmakefile", "check:", Kind::kMake},
};

// Counts what the loaders find. Told: which loader, the folder. unittest counts
// a module that cannot be imported as one test, as its own runs do.
constexpr absl::string_view kCollect = R"py(
import os, sys
kind, folder = sys.argv[1:]
os.chdir(folder)
sys.dont_write_bytecode = True
sys.path.insert(0, folder)
if kind == "pytest":
    import contextlib, io, pytest
    class Count:
        items = 0
        def pytest_collection_finish(self, session):
            self.items = len(session.items)
    count = Count()
    with contextlib.redirect_stdout(io.StringIO()):
        status = pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider"], plugins=[count])
    if status not in (0, 5):
        sys.exit("pytest cannot collect them")
    found = count.items
elif kind == "django":
    import re
    text = open("manage.py").read()
    named = re.search(r"DJANGO_SETTINGS_MODULE['\"]\s*,\s*['\"]([\w.]+)", text)
    if named:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", named[1])
    import django
    django.setup()
    from django.test.runner import DiscoverRunner
    found = DiscoverRunner(verbosity=0).build_suite().countTestCases()
else:
    import unittest
    found = unittest.TestLoader().discover(".").countTestCases()
print("tests:", found)
)py";

bool IsLeftOut(absl::string_view name) {
  constexpr absl::string_view kLeftOut[] = {
      "__pycache__", "build", "dist", "node_modules", "site-packages", "venv"};
  for (absl::string_view left_out : kLeftOut) {
    if (name == left_out) return true;
  }
  return absl::StartsWith(name, ".") || absl::EndsWith(name, ".egg-info");
}

class Search {
 public:
  Search(absl::string_view folder, Facts& facts)
      : folder_(folder), facts_(facts) {}

  std::vector<TestRunner> Run() {
    std::vector<std::string> python_files;
    for (const FactValue::Entry& entry : facts_.Listing(folder_)) {
      if (entry.type() == PathState::DIRECTORY) continue;
      ReadConfiguration(entry.name());
    }
    FindPythonFiles("", 0, &python_files);
    for (const std::string& file : python_files) ReadPython(file);
    std::vector<TestRunner> runners;
    for (auto& [kind, runner] : found_) runners.push_back(std::move(runner));
    return runners;
  }

 private:
  std::vector<std::string> Lines(const std::string& file) {
    const absl::StatusOr<std::string> text =
        facts_.File(JoinPath(folder_, file));
    if (!text.ok()) return {};
    return absl::StrSplit(*text, '\n');
  }

  void Add(Kind kind, const std::string& file, size_t line,
           absl::string_view text) {
    TestRunner& runner = found_[kind];
    runner.kind = kind;
    if (runner.name.empty()) Name(&runner);
    if (runner.evidence.size() >= kMostEvidence) {
      ++runner.more_evidence;
      return;
    }
    runner.evidence.push_back(
        absl::StrCat(file, ":", line, ": ", absl::StripAsciiWhitespace(text)));
  }

  static void Name(TestRunner* runner) {
    static constexpr std::pair<absl::string_view, absl::string_view> kNames[] =
        {{"pytest", "python -m pytest"},
         {"unittest", "python -m unittest discover"},
         {"django", "python manage.py test"},
         {"tox", "tox"},
         {"nox", "nox"},
         {"make", "make"}};
    const auto& [name, command] = kNames[static_cast<int>(runner->kind)];
    runner->name = std::string(name);
    runner->command = std::string(command);
  }

  void ReadConfiguration(const std::string& file) {
    bool is_known = file == "manage.py";
    for (const auto& sign : kSigns) is_known |= file == sign.file;
    if (!is_known) return;
    const std::vector<std::string> lines = Lines(file);
    for (size_t i = 0; i < lines.size(); ++i) {
      if (file == "manage.py" &&
          absl::StrContains(lines[i], "DJANGO_SETTINGS_MODULE")) {
        Add(Kind::kDjango, file, i + 1, lines[i]);
      }
      for (const auto& sign : kSigns) {
        if (file != sign.file || !absl::StartsWith(lines[i], sign.begins)) {
          continue;
        }
        Add(sign.kind, file, i + 1, lines[i]);
        if (sign.kind == Kind::kMake) {
          TestRunner& make = found_[Kind::kMake];
          if (make.command == "make") {
            make.command = absl::StrCat(
                "make ", sign.begins.substr(0, sign.begins.size() - 1));
          }
        }
      }
    }
  }

  void FindPythonFiles(const std::string& below, int depth,
                       std::vector<std::string>* files) {
    for (const FactValue::Entry& entry :
         facts_.Listing(JoinPath(folder_, below))) {
      const std::string path =
          below.empty() ? entry.name() : absl::StrCat(below, "/", entry.name());
      if (entry.type() == PathState::DIRECTORY) {
        if (depth < kDeepest && !IsLeftOut(entry.name())) {
          FindPythonFiles(path, depth + 1, files);
        }
      } else if (absl::EndsWith(entry.name(), ".py") &&
                 files->size() < kMostFiles) {
        files->push_back(path);
      }
    }
  }

  // A file is one of tests by what is in it; its name alone is no evidence.
  void ReadPython(const std::string& file) {
    const std::vector<std::string> lines = Lines(file);
    const std::string base = BaseName(file);
    const bool is_pytests = base == "conftest.py" ||
                            absl::StartsWith(base, "test_") ||
                            absl::EndsWith(base, "_test.py");
    bool has_unittest = false;
    for (size_t i = 0; i < lines.size(); ++i) {
      const absl::string_view line = absl::StripAsciiWhitespace(lines[i]);
      if (absl::StartsWith(line, "class ") &&
          (absl::StrContains(line, "unittest.") ||
           absl::StrContains(line, "TestCase")) &&
          !has_unittest) {
        has_unittest = true;
        Add(Kind::kUnittest, file, i + 1, line);
      }
    }
    if (!is_pytests) return;
    for (size_t i = 0; i < lines.size(); ++i) {
      const bool imports = absl::StartsWith(lines[i], "import pytest") ||
                           absl::StartsWith(lines[i], "from pytest ");
      const bool plain = !has_unittest && base != "conftest.py" &&
                         absl::StartsWith(lines[i], "def test_");
      if (!imports && !plain) continue;
      Add(Kind::kPytest, file, i + 1, lines[i]);
      return;
    }
  }

  const std::string folder_;
  Facts& facts_;
  std::map<Kind, TestRunner> found_;
};

// The last line that says something.
std::string LastLine(absl::string_view text) {
  std::string last;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (!line.empty()) last = std::string(line);
  }
  return last;
}

}  // namespace

std::vector<TestRunner> FindTestRunners(absl::string_view folder,
                                        Facts& facts) {
  return Search(folder, facts).Run();
}

bool CollectsTests(TestRunner::Kind kind) {
  return kind == Kind::kPytest || kind == Kind::kUnittest ||
         kind == Kind::kDjango;
}

absl::StatusOr<int> CountTests(const TestRunner& runner,
                               absl::string_view folder,
                               absl::string_view python, Facts& facts) {
  if (python.empty()) return absl::NotFoundError("there is no Python");
  const FactValue::Command answer =
      facts.Command({std::string(python), "-B", "-c", std::string(kCollect),
                     runner.name, std::string(folder)},
                    {}, kDeadlineSeconds);
  if (answer.outcome() == FactValue::Command::DEADLINE) {
    return absl::DeadlineExceededError(
        absl::StrCat("not after ", kDeadlineSeconds, " s"));
  }
  const std::string last = LastLine(answer.standard_output());
  int count = 0;
  if (answer.outcome() == FactValue::Command::EXITED && answer.status() == 0 &&
      absl::StartsWith(last, "tests: ") &&
      absl::SimpleAtoi(last.substr(7), &count)) {
    return count;
  }
  const std::string said = LastLine(answer.standard_error());
  return absl::FailedPreconditionError(
      said.empty() ? absl::StrCat(python, " does not answer") : said);
}

std::string PythonOfProject(absl::string_view folder, Facts& facts) {
  std::vector<std::string> candidates = {JoinPath(folder, ".venv/bin/python"),
                                         JoinPath(folder, "venv/bin/python")};
  for (absl::string_view part :
       absl::StrSplit(facts.Variable("PATH").value_or(""), ':')) {
    if (absl::StartsWith(part, "/")) {
      candidates.push_back(JoinPath(part, "python3"));
    }
  }
  for (const std::string& candidate : candidates) {
    if (facts.Metadata(candidate, /*follow=*/true).type() == PathState::FILE) {
      return candidate;
    }
  }
  return "";
}

}  // namespace provision
