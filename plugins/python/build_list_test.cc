#include "plugins/python/build_list.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "core/testing/testing.h"
#include "re2/re2.h"

namespace provision {
namespace {

using testing::HasSubstr;

const PythonTarget kGnu = {"x86_64", "gnu"};

PythonVersion Version(absl::string_view text) {
  return *PythonVersion::Parse(text);
}

// The patches below the newest one of each minor version that were never built
// (host.md 1.3).
TEST(EmbeddedBuildListTest, KnowsWhatWasNeverBuilt) {
  struct Case {
    PythonTarget target;
    const char* minor;
    int newest;
    const char* missing;
  };
  for (const Case& c : {
           Case{kGnu, "3.8", 20, "0,1,4"},
           Case{kGnu, "3.9", 25, "8,9"},
           Case{kGnu, "3.10", 21, "1,10"},
           Case{kGnu, "3.11", 16, "0,2"},
           Case{kGnu, "3.12", 14, ""},
           Case{kGnu, "3.13", 15, ""},
           Case{kGnu, "3.14", 7, ""},
           Case{{"aarch64", "gnu"}, "3.9", 25, "0,1,2,3,4,5,8,9"},
           Case{{"aarch64", "gnu"}, "3.11", 16, "0,2"},
           Case{{"x86_64", "musl"}, "3.11", 16, "0,1,2,3,4,5,6,7,8,9,10"},
           Case{{"x86_64", "musl"}, "3.13", 15, "0,1"},
           Case{{"aarch64", "musl"}, "3.13", 15, "0,1,2,3,4,5,6"},
       }) {
    const BuildList list = EmbeddedBuildList(c.target);
    std::vector<int> missing;
    for (int patch = 0; patch <= c.newest; ++patch) {
      const PythonVersion version = Version(absl::StrCat(c.minor, ".", patch));
      if (list.Find(version) == nullptr) missing.push_back(patch);
    }
    EXPECT_EQ(absl::StrJoin(missing, ","), c.missing)
        << c.target.ToString() << " " << c.minor;
    EXPECT_EQ(list.Find(Version(absl::StrCat(c.minor, ".", c.newest + 1))),
              nullptr);
  }
}

TEST(EmbeddedBuildListTest, EachBuildIsWhole) {
  for (const char* machine : {"x86_64", "aarch64"}) {
    for (const char* libc : {"gnu", "musl"}) {
      const BuildList list = EmbeddedBuildList({machine, libc});
      EXPECT_EQ(list.name, "build list 2026-08");
      ASSERT_GT(list.builds.size(), 30u);
      std::set<std::string> digests;
      for (const PythonBuild& build : list.builds) {
        EXPECT_TRUE(digests.insert(build.sha256).second);
        EXPECT_TRUE(RE2::FullMatch(build.sha256, "[0-9a-f]{64}"));
        EXPECT_THAT(build.archive,
                    HasSubstr(absl::StrCat(machine, "-unknown-linux-", libc)));
        EXPECT_THAT(build.archive, HasSubstr(absl::StrCat(
                                       "cpython-", build.version.ToString())));
        EXPECT_TRUE(RE2::FullMatch(build.Name(), "20[0-9]{6}"));
      }
    }
  }
  EXPECT_TRUE(EmbeddedBuildList({"s390x", "gnu"}).builds.empty());
}

TEST(EmbeddedBuildListTest, P19NoBuildIsForNewerProcessors) {
  for (const PythonBuild& build : EmbeddedBuildList(kGnu).builds) {
    EXPECT_FALSE(RE2::PartialMatch(build.archive, "_v[234]")) << build.archive;
  }
}

TEST(PythonBuildTest, OldArchivesHaveAnotherPrefix) {
  const BuildList list = EmbeddedBuildList(kGnu);
  EXPECT_EQ(list.Find(Version("3.11.7"))->Prefix(), "python/");
  EXPECT_EQ(list.Find(Version("3.11.7"))->Name(), "20240107");
  EXPECT_EQ(list.Find(Version("3.9.0"))->Prefix(), "python/install/");
  EXPECT_EQ((PythonBuild{Version("3.9.0"), "a.tar.gz", ""}).Name(), "");
}

// A record with one part of it replaced.
std::string Record(absl::string_view from = "", absl::string_view to = "") {
  const std::string record = absl::StrCat(
      R"("k": {"name": "cpython", "arch": {"family": "x86_64", "variant": null},
         "os": "linux", "libc": "gnu", "major": 3, "minor": 11, "patch": 7,
         "prerelease": "", "variant": "", "build": "20240107",
         "url": "https://up.example/d/20240107/cpython-3.11.7%2B20240107-x.tgz",
         "sha256": ")",
      std::string(64, 'a'), R"("})");
  if (from.empty()) return record;
  EXPECT_THAT(record, HasSubstr(std::string(from)));
  return absl::StrReplaceAll(record, {{from, to}});
}

constexpr char kUrl[] =
    "https://up.example/d/20240107/cpython-3.11.7%2B20240107-x.tgz";

std::string Parsed(absl::string_view records) {
  const absl::StatusOr<BuildList> list =
      ParseBuildList(absl::StrCat("{", records, "}"), kGnu);
  if (!list.ok()) return std::string(list.status().message());
  std::vector<std::string> builds;
  for (const PythonBuild& build : list->builds) {
    builds.push_back(
        absl::StrCat(build.version.ToString(), " ", build.archive));
  }
  return absl::StrJoin(builds, "|");
}

TEST(ParseBuildListTest, TakesWhatFitsTheTarget) {
  EXPECT_EQ(Parsed(Record()), "3.11.7 20240107/cpython-3.11.7+20240107-x.tgz");
  EXPECT_EQ(Parsed(Record(kUrl, "a.tar.gz")), "3.11.7 a.tar.gz");
  EXPECT_EQ(Parsed(Record(kUrl, "2024/a.tar.gz")), "3.11.7 2024/a.tar.gz");
  struct Case {
    const char* from;
    const char* to;
  };
  const std::string digest = absl::StrCat("\"", std::string(64, 'a'), "\"");
  for (const Case& c : {
           Case{"\"cpython\"", "\"pypy\""},
           Case{"\"linux\"", "\"darwin\""},
           Case{"\"gnu\"", "\"musl\""},
           Case{"\"prerelease\": \"\"", "\"prerelease\": \"rc1\""},
           Case{"\"variant\": \"\"", "\"variant\": \"freethreaded\""},
           Case{"\"x86_64\"", "\"aarch64\""},
           Case{"\"variant\": null", "\"variant\": \"v3\""},
           Case{digest.c_str(), "null"},
       }) {
    EXPECT_EQ(Parsed(Record(c.from, c.to)), "") << c.to;
  }
}

TEST(ParseBuildListTest, SaysWhatIsWrong) {
  EXPECT_EQ(ParseBuildList("<html>", kGnu).status().message(),
            "it is no JSON object");
  EXPECT_THAT(Parsed(Record(std::string(64, 'a'), "abc")),
              HasSubstr("k has no proper version or digest"));
  for (const char* url : {"../x.tar.gz", "/etc/passwd", "a//b", ""}) {
    EXPECT_THAT(Parsed(Record(kUrl, url)),
                HasSubstr("is no path within a mirror"))
        << url;
  }
}

}  // namespace
}  // namespace provision
