#include "core/host/requirements_file.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

using std::string_literals::operator""s;

using Files = std::map<std::string, std::string>;

RequirementFileSources Sources(const Files& files) {
  RequirementFileSources sources;
  sources.read = [&files](const std::string& path)
      -> absl::StatusOr<absl::optional<std::string>> {
    if (path == "/broken") return absl::UnavailableError("ask again");
    const auto it = files.find(path);
    if (it == files.end()) return absl::nullopt;
    return it->second;
  };
  sources.variable =
      [](const std::string& name) -> absl::optional<std::string> {
    if (name == "DIR") return "sub";
    if (name == "EMPTY") return "";
    return absl::nullopt;
  };
  return sources;
}

RequirementSet ReadAll(const Files& files) {
  RequirementSet set;
  const absl::Status status =
      ReadRequirementFile("/p/r.txt", false, Sources(files), set);
  EXPECT_TRUE(status.ok()) << status;
  CheckRequirementSet(set);
  return set;
}

std::string At(const Diagnostic::Place& place) {
  return absl::StrCat(place.file(), ":", place.line(), ":", place.column());
}

// All that a set says, a line for each thing, without the files.
std::vector<std::string> Describe(const RequirementSet& set) {
  std::vector<std::string> lines;
  const auto add = [&lines](absl::string_view kind,
                            const RequirementEntry& entry) {
    std::string line =
        absl::StrCat(At(entry.place), " ", kind, entry.editable ? " -e" : "",
                     " ", entry.text);
    for (const std::string& hash : entry.hashes) {
      absl::StrAppend(&line, " ", hash.substr(0, 9));
    }
    for (const std::string& setting : entry.config_settings) {
      absl::StrAppend(&line, " ", setting);
    }
    lines.push_back(line);
  };
  for (const auto& entry : set.requirements) add("R", entry);
  for (const auto& entry : set.constraints) add("C", entry);
  for (const auto& option : set.options) {
    lines.push_back(
        absl::StrCat(At(option.place), " O ", option.name, " ", option.value));
  }
  for (const Diagnostic& diagnostic : set.diagnostics) {
    lines.push_back(
        absl::StrCat(At(diagnostic.place()), " ",
                     Diagnostic::Severity_Name(diagnostic.severity()), " ",
                     diagnostic.message()));
  }
  return lines;
}

using List = std::vector<std::string>;

struct Case {
  const char* name;  // of host.md 11.5, or what it shows
  Files files;
  List expected;
};

const std::string& Sha() {
  static const auto& sha = *new std::string("sha256:" + std::string(64, 'a'));
  return sha;
}

const std::string& OtherSha() {
  static const auto& sha = *new std::string("sha256:" + std::string(64, 'b'));
  return sha;
}

std::vector<Case> SpecificationCases() {
  return {
      {"Q1: UTF-16LE with BOM",
       {{"/p/r.txt", "\xff\xfen\0u\0m\0p\0y\0\r\0\n\0x\0"s}},
       {"/p/r.txt:1:1 R numpy", "/p/r.txt:2:1 R x"}},
      {"Q2: UTF-32 BOM is not taken for UTF-16",
       {{"/p/r.txt", "\xff\xfe\0\0n\0\0\0\xfc\0\0\0"s}},
       {"/p/r.txt:1:2 ERROR \"\u00fc\": expected a version after one of === == "
        "~= != <= >= < >"}},
      {"Q3: UTF-8 BOM",
       {{"/p/r.txt", "\xef\xbb\xbfnumpy"}},
       {"/p/r.txt:1:1 R numpy"}},
      {"Q4: Latin-1 without a mark",
       {{"/p/r.txt", "numpy # gr\xfc\xdf\n"}},
       {"/p/r.txt:0:0 ERROR the byte at offset 10 is not utf-8; save the file "
        "as UTF-8"}},
      {"Q5: legacy, arbitrary, one segment",
       {{"/p/r.txt", "pkg>=1.0*\npkg===1.0\npkg~=1\n"}},
       {"/p/r.txt:2:1 R pkg===1.0",
        "/p/r.txt:1:4 ERROR \">=1.0*\": \"1.0*\" is not a version",
        "/p/r.txt:3:4 ERROR \"~=1\": ~= needs at least two numbers, as in "
        "~=1.4"}},
      {"Q6: spaces in extras",
       {{"/p/r.txt", "requests[ security ]"}},
       {"/p/r.txt:1:1 R requests[ security ]"}},
      {"Q7: a marker after a URL",
       {{"/p/r.txt",
         "https://h.example/a.zip;os_name=='nt'\n"
         "https://h.example/a.zip ;os_name=='nt'\n"}},
       {"/p/r.txt:2:1 R https://h.example/a.zip ;os_name=='nt'",
        "/p/r.txt:1:24 ERROR put a space before this `;`: directly after a URL "
        "or a path it is part of it"}},
      {"Q8: hashes on continuations",
       {{"/p/r.txt",
         absl::StrCat("a==1 \\\n    --hash=", Sha(), " \\\n  --hash ",
                      OtherSha(), "  # both\nb==1 --hash ", Sha(),
                      " # c\nc==1 \\\n# stop\n  --hash=", Sha(), "\n")}},
       {"/p/r.txt:1:1 R a==1 sha256:aa sha256:bb",
        "/p/r.txt:4:1 R b==1 sha256:aa", "/p/r.txt:5:1 R c==1",
        "/p/r.txt:7:3 ERROR --hash stands behind no requirement"}},
      {"Q9: # in a URL",
       {{"/p/r.txt", "-e git+ssh://git@h.example/p.git@v1#egg=p # c"}},
       {"/p/r.txt:1:4 R -e git+ssh://git@h.example/p.git@v1#egg=p"}},
      {"Q10: variables in -r",
       {{"/p/r.txt",
         "-r ${DIR}/more.txt\n-r ${UNSET}/more.txt\n-r ${EMPTY}/more.txt\n"},
        {"/p/sub/more.txt", "a"}},
       {"/p/sub/more.txt:1:1 R a",
        "/p/r.txt:2:4 ERROR there is no file /p/${UNSET}/more.txt",
        "/p/r.txt:3:4 ERROR there is no file /p/${EMPTY}/more.txt"}},
      {"Q11: user and password",
       {{"/p/r.txt", "--index-url https://u:pw@h.example/simple"}},
       {"/p/r.txt:1:1 O --index-url https://***@h.example/simple",
        "/p/r.txt:1:13 WARNING the URL of --index-url holds a user name or "
        "password"}},
      {"Q12: a drive is a path",
       {{"/p/r.txt", "C:\\wheels\\a-1-py3-none-any.whl"}},
       {"/p/r.txt:1:1 R C:\\wheels\\a-1-py3-none-any.whl"}},
      {"Q13: a includes b includes a",
       {{"/p/r.txt", "-r b.txt"}, {"/p/b.txt", "x\n -r r.txt"}},
       {"/p/b.txt:1:1 R x",
        "/p/b.txt:2:5 ERROR /p/b.txt includes /p/r.txt, which includes it "
        "again"}},
      {"Q13: a includes b twice",
       {{"/p/r.txt", "-r b.txt\n-rb.txt"},
        {"/p/b.txt", "x\n-i https://h.example"}},
       {"/p/b.txt:1:1 R x", "/p/b.txt:1:1 R x",
        "/p/b.txt:2:1 O --index-url https://h.example",
        "/p/b.txt:2:1 O --index-url https://h.example"}},
      {"Q14: -c in an included file, -r in a constraint file",
       {{"/p/r.txt", "-r d/b.txt"},
        {"/p/d/b.txt", "x\n-c c.txt"},
        {"/p/d/c.txt", "x<2\n-r e.txt"},
        {"/p/d/e.txt", "y<3"}},
       {"/p/d/b.txt:1:1 R x", "/p/d/e.txt:1:1 R y<3", "/p/d/c.txt:1:1 C x<2"}},
      {"Q15: the freeze of conda",
       {{"/p/r.txt", "six @ file:///home/conda/feedstock_root/work/six"}},
       {"/p/r.txt:1:1 R six @ file:///home/conda/feedstock_root/work/six",
        "/p/r.txt:1:1 WARNING `six @ file:///home/conda/feedstock_root/work/"
        "six` points into the machine where conda built it"}},
  };
}

std::vector<Case> OtherCases() {
  return {
      {"two indexes",
       {{"/p/r.txt", "-i https://a.example\n--index-url https://a.example"}},
       {"/p/r.txt:1:1 O --index-url https://a.example",
        "/p/r.txt:2:1 O --index-url https://a.example",
        "/p/r.txt:2:1 ERROR --index-url a second time; the first is at "
        "/p/r.txt:1"}},
      {"options without effect here",
       {{"/p/r.txt", "--trusted-host h.example\n--use-feature x --pre"}},
       {"/p/r.txt:2:17 O --pre ",
        "/p/r.txt:1:1 WARNING --trusted-host has no effect here: a certificate "
        "is never left unverified",
        "/p/r.txt:2:1 WARNING --use-feature has no effect here"}},
      {"what pip drops is an error",
       {{"/p/r.txt",
         "a -i https://h.example\n-r b.txt -c c.txt\n--pre -e ./x\n"
         "-e ./x -e ./y\n-r b.txt b\nlonely words here\n"}},
       {"/p/r.txt:1:1 R a", "/p/r.txt:4:4 R -e ./x", "/p/r.txt:3:1 O --pre ",
        "/p/r.txt:1:3 ERROR --index-url behind a requirement: pip drops it "
        "there",
        "/p/r.txt:2:10 ERROR one file a line: pip drops what follows the first",
        "/p/r.txt:3:7 ERROR --editable behind another option: pip drops one of "
        "them",
        "/p/r.txt:4:8 ERROR --editable behind a requirement: pip drops it "
        "there",
        "/p/r.txt:5:10 ERROR `b` follows an option and belongs to nothing; pip "
        "would drop it",
        "/p/r.txt:6:8 ERROR \"words here\": expected a version after one of "
        "=== == ~= != <= >= < >"}},
      {"constraints are plain",
       {{"/p/r.txt", "-c c.txt"},
        {"/p/c.txt", "a[x]<2\n-e ./b\n./c\nd @ https://h.example/d.zip"}},
       {"/p/c.txt:4:1 C d @ https://h.example/d.zip",
        "/p/c.txt:1:1 ERROR a constraint has no extras",
        "/p/c.txt:2:4 ERROR a constraint cannot be editable",
        "/p/c.txt:3:1 ERROR a constraint needs a name"}},
      {"hashes and settings are checked",
       {{"/p/r.txt", "a --hash=md5:00 -C k\nb --config-settings k=v"}},
       {"/p/r.txt:1:1 R a", "/p/r.txt:2:1 R b k=v",
        "/p/r.txt:1:10 ERROR --hash wants NAME:HEX",
        "/p/r.txt:1:20 ERROR --config-settings needs KEY=VALUE, not `k`"}},
      {"includes by URL",
       {{"/p/r.txt",
         "-r https://u:p@h.example/r.txt\n-r file:///p/a%20b.txt\n"},
        {"/p/a b.txt", "x"}},
       {"/p/a b.txt:1:1 R x",
        "/p/r.txt:1:4 ERROR https://***@h.example/r.txt is read only from the "
        "lock"}},
      {"an option that is unknown",
       {{"/p/r.txt", "\n  --no-such  # c\na"}},
       {"/p/r.txt:3:1 R a",
        "/p/r.txt:2:3 ERROR `--no-such` is no option of a requirement file"}},
  };
}

TEST(RequirementsFileTest, ReadsAsTheTablesSay) {
  std::vector<Case> cases = SpecificationCases();
  for (const Case& c : OtherCases()) cases.push_back(c);
  for (const Case& c : cases) {
    EXPECT_EQ(absl::StrJoin(Describe(ReadAll(c.files)), "\n"),
              absl::StrJoin(c.expected, "\n"))
        << c.name;
  }
}

TEST(RequirementsFileTest, EveryErrorSaysWhatToDoOrWhatIsExpected) {
  for (const Case& c : SpecificationCases()) {
    for (const Diagnostic& diagnostic : ReadAll(c.files).diagnostics) {
      EXPECT_TRUE(absl::StartsWith(diagnostic.id(), "requirements/"));
      EXPECT_FALSE(diagnostic.message().empty());
    }
  }
}

TEST(RequirementsFileTest, WritingBackGivesTheSameBytes) {
  std::vector<Case> cases = SpecificationCases();
  for (const Case& c : OtherCases()) cases.push_back(c);
  for (const Case& c : cases) {
    for (const RequirementFile& file : ReadAll(c.files).files) {
      EXPECT_EQ(file.Bytes(), c.files.at(file.path)) << c.name;
    }
  }
}

TEST(RequirementsFileTest, EveryPrefixAndEveryFlippedByteIsRead) {
  const RequirementFileSources sources = Sources({});
  for (const Case& c : SpecificationCases()) {
    const std::string& bytes = c.files.at("/p/r.txt");
    for (size_t i = 0; i < bytes.size(); ++i) {
      std::string flipped = bytes;
      flipped[i] ^= 0x15;
      for (const std::string& text : {bytes.substr(0, i), flipped}) {
        const RequirementSet set = ReadAll({{"/p/r.txt", text}});
        for (const RequirementFile& file : set.files) {
          EXPECT_EQ(file.Bytes(), text);
        }
      }
    }
  }
}

TEST(RequirementsFileTest, AnErrorOfTheReaderEndsTheReading) {
  RequirementSet set;
  EXPECT_EQ(
      ReadRequirementFile("/p/r.txt", false,
                          Sources({{"/p/r.txt", "a\n-r /broken\nb"}}), set)
          .code(),
      absl::StatusCode::kUnavailable);
  EXPECT_EQ(set.requirements.size(), 1);
}

TEST(RequirementsFileTest, AChainOfIncludesHasALimit) {
  Files files = {{"/p/r.txt", "-r 0.txt"}};
  for (int i = 0; i < 60; ++i) {
    files[absl::StrCat("/p/", i, ".txt")] = absl::StrCat("-r ", i + 1, ".txt");
  }
  EXPECT_TRUE(ReadAll(files).has_errors());
}

TEST(RequirementsFileTest, SecretVariablesAreNamed) {
  const RequirementSet set = ReadAll({{"/p/r.txt",
                                       "-i https://${U}:${T}@h.example\n"
                                       "-f https://${U}@h.example/${DIR}"}});
  EXPECT_EQ(set.secret_variables, (List{"U", "T"}));
  EXPECT_FALSE(set.has_errors());
  for (const std::string& line : Describe(set)) {
    EXPECT_FALSE(absl::StrContains(line, "WARNING")) << line;
  }
}

TEST(RequirementsFileTest, ARequirementOfThePlan) {
  RequirementSet set;
  Diagnostic::Place place;
  place.set_file("plan");
  AddRequirement("numpy>=2.1", place, set);
  AddRequirement("numpy>>2", place, set);
  EXPECT_EQ(set.requirements.size(), 1);
  ASSERT_EQ(set.diagnostics.size(), 1);
  EXPECT_EQ(set.diagnostics[0].message(),
            "`numpy>>2`: \">>2\": \">2\" is not a version");
}

}  // namespace
}  // namespace provision
