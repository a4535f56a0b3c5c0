// Our reading of requirement files against that of the pip of this machine's
// python3 (host.md 11.5, Q17).

#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/host/requirements_file.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using std::string_literals::operator""s;

constexpr char kScript[] = "core/host/testdata/pip_requirements.py";

std::string Hash(char digit) { return "sha256:" + std::string(64, digit); }

// Files by name; those that both read, or both refuse.
std::map<std::string, std::string> Corpus() {
  std::map<std::string, std::string> corpus = {
      {"utf16.txt",
       "\xff\xfen\0u\0m\0p\0y\0\r\0\n\0x\0>\0"
       "1\0"s},
      {"utf8_bom.txt", "\xef\xbb\xbfnumpy>=1"},
      {"latin1.txt", "# coding: latin-1\nnumpy # gr\xfc\xdf\n"},
      {"specifiers.txt",
       "a>=1,<2\nb ~=1.4 , !=1.5\nc===x\nd (>=1)\ne==1.*\nf[x, y]>2"},
      {"bad_specifier.txt", "pkg~=1"},
      {"bad_name.txt", "a b"},
      {"markers.txt",
       "a; python_version >= '3'\nb ; sys_platform == 'no'\n"
       "c;os_name=='posix' and (extra == 'x' or python_version<'2')\n"},
      {"bad_marker.txt", "a; os_nam == 'x'"},
      {"hashes.txt", absl::StrCat("a==1 \\\n  --hash=", Hash('a'),
                                  " \\\n  --hash ", Hash('b'), " # c\nb\n")},
      {"comments.txt", "a # c\n#b\n  # d\nb#c\n\t#x\nc \\\n# ends it\nd\n"},
      {"continuations.txt", "a\\\n>=1\\\n,<2\nb \\\n\nc \\"},
      {"line_breaks.txt",
       "a\rb\r\nc\fd\n\ve\xe2\x80\xa8"
       "f\n"},
      {"names.txt", "A.b_c-D\nrequests[ security ]\nrequests [a,B]>=2\n"},
      {"urls.txt",
       "a @ https://h.example/a-1-py3-none-any.whl ; os_name=='x'\n"
       "https://h.example/b-1-py3-none-any.whl\n"
       "git+https://h.example/c@v1#egg=c&subdirectory=s\n"},
      {"editable.txt",
       "-e git+https://h.example/c@v1#egg=c\n"
       "--editable=git+ssh://git@h.example/d#egg=d\n"},
      {"options.txt",
       "--pre --no-index\n-f wheels\n--only-binary :all:\nx\n"
       "--extra-index-url https://h.example\n"},
      {"abbreviated.txt", "--extra https://h.example\nx\n"},
      {"unknown_option.txt", "--no-such\n"},
      {"quoted.txt", "-r 'with space.txt'\n--require=included.txt"},
      {"with space.txt", "inside"},
      {"include.txt", "-r included.txt\n-c constraint.txt\na"},
      {"included.txt", "b\n-cconstraint.txt\n"},
      {"constraint.txt", "a<2\nc==1 ; python_version>'3'\n-r deeper.txt"},
      {"deeper.txt", "d<3"},
      {"twice.txt", "-r included.txt\n-r included.txt"},
      {"missing.txt", "-r no_such_file.txt"},
      {"variable.txt", "a${PIP_TEST_VERSION}\n-r ${PIP_TEST_UNSET}.txt"},
      {"empty.txt", "\n# nothing\n\\\n"},
  };
  return corpus;
}

PythonMarkerEnvironment ParseEnvironment(absl::string_view line) {
  PythonMarkerEnvironment environment;
  for (const absl::string_view item :
       absl::StrSplit(line.substr(line.find(' ') + 1), '\x1f')) {
    const size_t equals = item.find('=');
    environment[std::string(item.substr(0, equals))] =
        std::string(item.substr(equals + 1));
  }
  return environment;
}

void Describe(const RequirementEntry& entry, absl::string_view kind,
              const PythonMarkerEnvironment& environment,
              std::vector<std::string>& lines) {
  std::vector<std::string> hashes = entry.hashes;
  std::sort(hashes.begin(), hashes.end());
  lines.push_back(absl::StrCat(kind, entry.editable ? " -e " : " ", entry.text,
                               hashes.empty() ? "" : " ",
                               absl::StrJoin(hashes, " ")));
  const RequirementSource& source = entry.source;
  if (entry.editable || source.kind != RequirementSource::Kind::kName) return;
  std::vector<std::string> extras;
  for (const std::string& extra : source.extras) {
    extras.push_back(absl::AsciiStrToLower(extra));
  }
  std::sort(extras.begin(), extras.end());
  bool applies = true;
  if (source.marker.has_value()) {
    ASSERT_OK_AND_ASSIGN(applies, source.marker->Evaluate(environment));
  }
  lines.push_back(
      absl::StrCat("  ", source.name, " [", absl::StrJoin(extras, ","), "] ",
                   source.specifier.ToString(), " applies=", applies ? 1 : 0));
}

// In pip's order: as the lines stand, constraints among requirements; ours are
// apart, so both are compared sorted.
std::vector<std::string> Ours(const TemporaryFolder& folder,
                              const std::string& name,
                              const PythonMarkerEnvironment& environment) {
  RequirementFileSources sources;
  const auto corpus = Corpus();
  sources.read = [&](const std::string& path)
      -> absl::StatusOr<absl::optional<std::string>> {
    const auto it = corpus.find(path.substr(path.rfind('/') + 1));
    if (it == corpus.end()) return absl::nullopt;
    return it->second;
  };
  sources.variable =
      [](const std::string& variable) -> absl::optional<std::string> {
    if (variable == "PIP_TEST_VERSION") return ">=7";
    if (variable == "PIP_TEST_UNSET") return "included";
    return absl::nullopt;
  };
  RequirementSet set;
  EXPECT_OK(
      ReadRequirementFile(folder.path() + "/" + name, false, sources, set));
  if (set.has_errors()) return {"ERROR"};
  std::vector<std::string> lines;
  for (const auto& entry : set.requirements) {
    Describe(entry, "R", environment, lines);
  }
  for (const auto& entry : set.constraints) {
    Describe(entry, "C", environment, lines);
  }
  if (lines.empty()) return {"NOTHING"};
  std::sort(lines.begin(), lines.end());
  return lines;
}

TEST(RequirementsPipTest, PipReadsTheSame) {
  const TemporaryFolder folder;
  std::string command = absl::StrCat(
      "PIP_TEST_VERSION='>=7' PIP_TEST_UNSET=included python3 -B ", kScript);
  for (const auto& [name, text] : Corpus()) {
    absl::StrAppend(&command, " '", folder.Write(name, text), "'");
  }
  absl::StrAppend(&command, " > '", folder.path(), "/out' 2> '", folder.path(),
                  "/err'");
  const int status = std::system(command.c_str());
  if (WIFEXITED(status) &&
      (WEXITSTATUS(status) == 77 || WEXITSTATUS(status) == 127)) {
    GTEST_SKIP() << "no python3 with a pip to compare with";
  }
  ASSERT_EQ(status, 0) << folder.Read("err");
  PythonMarkerEnvironment environment;
  std::string name;
  std::map<std::string, std::vector<std::string>> theirs;
  for (const absl::string_view line :
       absl::StrSplit(folder.Read("out"), '\n', absl::SkipEmpty())) {
    if (absl::StartsWith(line, "ENVIRONMENT ")) {
      environment = ParseEnvironment(line);
    } else if (absl::StartsWith(line, "FILE ")) {
      name = std::string(line.substr(6 + folder.path().size()));
    } else {
      theirs[name].push_back(std::string(line));
    }
  }
  EXPECT_EQ(theirs.size(), Corpus().size());
  for (auto& [file, lines] : theirs) {
    std::sort(lines.begin(), lines.end());
    EXPECT_EQ(absl::StrJoin(Ours(folder, file, environment), "\n"),
              absl::StrJoin(lines, "\n"))
        << file;
  }
}

}  // namespace
}  // namespace provision
