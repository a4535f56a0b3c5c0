#include "plugins/python/ladder.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Source = FoundInterpreter::Source;

FoundInterpreter Python(Source source, absl::string_view version) {
  FoundInterpreter found;
  found.source = source;
  found.interpreter.version = *PythonVersion::Parse(version);
  found.interpreter.implementation = "cpython";
  found.interpreter.base_executable = absl::StrCat("/p/", version);
  return found;
}

Mirror MirrorOf(const std::vector<std::string>& versions) {
  Mirror mirror;
  mirror.known.name = "build list";
  for (const std::string& version : versions) {
    mirror.known.builds.push_back(
        {*PythonVersion::Parse(version), version, std::string(64, 'a')});
  }
  mirror.list = mirror.known;
  return mirror;
}

struct Given {
  const char* config;
  const char* request;
  std::vector<FoundInterpreter> found = {};
  std::vector<std::string> others = {};
  absl::StatusOr<Mirror> mirror =
      absl::NotFoundError("no mirror of builds is named");
};

// "EXACT: pyenv's 3.11.7" of each choice, "EXACT refused: why [evidence]" of
// each refusal.
std::vector<std::string> Climb(const Given& given) {
  const PythonConfig config = ParseText<PythonConfig>(given.config);
  const VersionRequest request = *VersionRequest::Parse(given.request);
  const PythonTarget target = {"x86_64", "gnu"};
  InterpreterSearch search;
  search.found = given.found;
  search.others = given.others;
  const LadderResult result =
      ClimbLadder({config, request, target, search, given.mirror});
  std::vector<std::string> lines;
  for (const Choice& choice : result.choices) {
    lines.push_back(absl::StrCat(
        PythonConfig::Rung_Name(choice.rung), ": ", choice.title,
        choice.reason.empty() ? "" : absl::StrCat(" (", choice.reason, ")")));
  }
  for (const Refusal& refusal : result.refused) {
    lines.push_back(absl::StrCat(
        refusal.rung(), " refused: ", refusal.reason(),
        refusal.evidence().empty()
            ? ""
            : absl::StrCat(" [", absl::StrJoin(refusal.evidence(), "; "),
                           "]")));
  }
  return lines;
}

constexpr char kNoContainer[] =
    "CONTAINER refused: containers are not in this version";

TEST(ClimbLadderTest, ExactPrefersOursThenABuildThenOthers) {
  EXPECT_THAT(
      Climb({.config = "ladder: EXACT",
             .request = "3.11.7",
             .found = {Python(Source::kOurs, "3.11.7"),
                       Python(Source::kPyenv, "3.11.7"),
                       Python(Source::kPath, "3.11.7")},
             .mirror = MirrorOf({"3.11.6", "3.11.7", "3.11.8"})}),
      ElementsAre("EXACT: our 3.11.7",
                  "EXACT: the listed build of 3.11.7 for linux/amd64/gnu",
                  "EXACT: pyenv's 3.11.7", "EXACT: 3.11.7 at /p/3.11.7"));
}

TEST(ClimbLadderTest, OfARangeTheNewestBuildAndPathIsForSystem) {
  EXPECT_THAT(
      Climb({.config = "",
             .request = ">=3.11",
             .found = {Python(Source::kPyenv, "3.12.1"),
                       Python(Source::kPath, "3.11.2")},
             .mirror = MirrorOf({"3.10.1", "3.11.6", "3.13.1"})}),
      ElementsAre("EXACT: the listed build of 3.13.1 for linux/amd64/gnu",
                  "EXACT: pyenv's 3.12.1", "SYSTEM: 3.11.2 at /p/3.11.2",
                  "RELAXED_PATCH refused: the plan gives a range: there is no "
                  "patch to relax",
                  kNoContainer));
}

TEST(ClimbLadderTest, P2WhatIsInstalledIsRelaxedToWithoutDownloads) {
  EXPECT_THAT(
      Climb({.config = "ladder: [EXACT, RELAXED_PATCH]",
             .request = "3.14.3",
             .found = {Python(Source::kUv, "3.14.4")},
             .mirror = absl::PermissionDeniedError("downloads are forbidden")}),
      ElementsAre(
          "RELAXED_PATCH: uv's 3.14.4 (in place of 3.14.3: downloads are "
          "forbidden)",
          "EXACT refused: downloads are forbidden; no 3.14.3 is installed "
          "[there is uv's 3.14.4]"));
}

TEST(ClimbLadderTest, P1WhatWasNeverBuiltIsRelaxed) {
  EXPECT_THAT(
      Climb({.config = "ladder: [EXACT, RELAXED_PATCH]",
             .request = "3.11.0",
             .mirror = MirrorOf({"3.10.9", "3.11.1", "3.11.3", "3.12.0"})}),
      ElementsAre("RELAXED_PATCH: the listed build of 3.11.1 for "
                  "linux/amd64/gnu (in place of 3.11.0: 3.11.0 was never built "
                  "for linux/amd64/gnu)",
                  "EXACT refused: 3.11.0 was never built for linux/amd64/gnu; "
                  "no 3.11.0 is installed [build list: linux/amd64/gnu begins "
                  "at 3.11.1]"));
}

TEST(ClimbLadderTest, AMirrorMayLackWhatWasBuilt) {
  Mirror mirror = MirrorOf({"3.11.7"});
  mirror.list.builds.clear();
  EXPECT_THAT(
      Climb({.config = "ladder: EXACT", .request = "3.11.7", .mirror = mirror}),
      ElementsAre("EXACT refused: the mirror does not have 3.11.7 for "
                  "linux/amd64/gnu; no 3.11.7 is installed"));
}

TEST(ClimbLadderTest, ABuildThatFailsLeavesWhatIsInstalled) {
  EXPECT_THAT(
      Climb({.config = "ladder: RELAXED_PATCH",
             .request = "3.11.7",
             .found = {Python(Source::kPyenv, "3.11.9")},
             .mirror = MirrorOf({"3.11.8"})}),
      ElementsAre("RELAXED_PATCH: the listed build of 3.11.8 for "
                  "linux/amd64/gnu (in place of 3.11.7)",
                  "RELAXED_PATCH: pyenv's 3.11.9 (in place of 3.11.7)"));
}

TEST(ClimbLadderTest, EachRungSaysWhyItIsRefused) {
  EXPECT_THAT(
      Climb({.config = "patch_policy: NONE",
             .request = "3.11.7",
             .others = {"/usr/bin/python3 is 3.12.8"}}),
      ElementsAre("EXACT refused: no mirror of builds is named; no 3.11.7 is "
                  "installed",
                  "RELAXED_PATCH refused: patch_policy is NONE",
                  "SYSTEM refused: what is on PATH is of another version or "
                  "kind [/usr/bin/python3 is 3.12.8]",
                  kNoContainer));
  EXPECT_THAT(
      Climb({.config = "ladder: [SYSTEM, RELAXED_PATCH, GUIDE]",
             .request = "3.11.7"}),
      ElementsAre("SYSTEM refused: no Python is on PATH",
                  "RELAXED_PATCH refused: no mirror of builds is named; no "
                  "other patch is installed"));
}

TEST(ClimbLadderTest, TheLadderIsThePlans) {
  EXPECT_THAT(Climb({.config = "ladder: [SYSTEM, EXACT]",
                     .request = "3.11.7",
                     .found = {Python(Source::kPyenv, "3.11.7"),
                               Python(Source::kPath, "3.11.2")}}),
              ElementsAre("SYSTEM: 3.11.2 at /p/3.11.2 (in place of 3.11.7: "
                          "the Python on PATH is of the same minor version)",
                          "EXACT: pyenv's 3.11.7"));
  EXPECT_THAT(Climb({.config = "ladder: GUIDE", .request = "3.11.7"}),
              IsEmpty());
}

TEST(SubstituteForTest, PoliciesChoose) {
  struct Case {
    const char* wanted;
    std::vector<std::string> versions;
    PythonConfig::PatchPolicy policy;
    const char* chosen;
  };
  for (const Case& c : std::vector<Case>{
           {"3.11.7",
            {"3.11.2", "3.11.9", "3.11.8"},
            PythonConfig::HIGHER_FIRST,
            "3.11.8"},
           {"3.11.7",
            {"3.11.2", "3.11.6"},
            PythonConfig::HIGHER_FIRST,
            "3.11.6"},
           {"3.11.7",
            {"3.11.9", "3.11.2"},
            PythonConfig::HIGHER_FIRST,
            "3.11.9"},
           {"3.11.7",
            {"3.11.2", "3.11.9", "3.11.8"},
            PythonConfig::ANY,
            "3.11.9"},
           {"3.11.7", {"3.11.8"}, PythonConfig::NONE, ""},
           {"3.11.7", {}, PythonConfig::ANY, ""},
       }) {
    std::vector<PythonVersion> versions;
    for (const std::string& version : c.versions) {
      versions.push_back(*PythonVersion::Parse(version));
    }
    const int index =
        SubstituteFor(*PythonVersion::Parse(c.wanted), versions, c.policy);
    EXPECT_EQ(index < 0 ? "" : c.versions[index], c.chosen);
  }
}

}  // namespace
}  // namespace provision
