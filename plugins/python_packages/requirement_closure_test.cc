#include "plugins/python_packages/requirement_closure.h"

#include <map>
#include <string>
#include <vector>

#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const PythonMarkerEnvironment& Markers() {
  static const auto& markers = *new PythonMarkerEnvironment{
      {"os_name", "posix"}, {"python_version", "3.11"}};
  return markers;
}

InstalledDistribution Dist(const std::string& name, const std::string& version,
                           const std::vector<std::string>& lines = {}) {
  InstalledDistribution distribution;
  distribution.name = name;
  distribution.version = version;
  for (const std::string& line : lines) {
    distribution.requires_distributions.push_back(
        *ParsePythonRequirement(line));
  }
  return distribution;
}

// alpha -> beta (-> gamma for its extra `fast`); delta alone.
std::map<std::string, InstalledDistribution> Installed() {
  return {
      {"alpha", Dist("Alpha", "1.5", {"beta>=1", "nowhere; os_name=='nt'"})},
      {"beta", Dist("beta", "2.0", {"gamma<3; extra == 'fast'"})},
      {"delta", Dist("delta", "1.0rc1")},
      {"gamma", Dist("gamma", "3.0")},
  };
}

RequirementClosure Close(
    const std::vector<std::string>& requirements,
    const std::map<std::string, InstalledDistribution>& installed = Installed(),
    const std::vector<std::string>& constraints = {}) {
  RequirementSet set;
  for (const std::string& text : requirements) {
    AddRequirement(text, Diagnostic::Place(), set);
  }
  RequirementSet bounds;
  for (const std::string& text : constraints) {
    AddRequirement(text, Diagnostic::Place(), bounds);
  }
  EXPECT_THAT(set.diagnostics, IsEmpty());
  set.constraints = bounds.requirements;
  return CloseRequirements(
      set, installed, Markers(), "/plan",
      [](const std::string& path) { return "digest of " + path; });
}

TEST(RequirementClosureTest, FollowsWhatIsRequired) {
  const RequirementClosure closure = Close({"alpha>=1"});
  EXPECT_THAT(closure.unmet, IsEmpty());
  EXPECT_THAT(closure.needed, ElementsAre("alpha", "beta"));
  EXPECT_THAT(closure.top_level, ElementsAre("alpha"));
}

TEST(RequirementClosureTest, SaysWhatIsNotMet) {
  struct Case {
    std::vector<std::string> requirements;
    std::vector<std::string> unmet;
  };
  for (const Case& c : {
           Case{{"alpha", "beta"}, {}},
           Case{{"ALPHA==1.*"}, {}},
           Case{{"alpha; os_name == 'nt'", "missing; os_name == 'nt'"}, {}},
           Case{{"delta>=0.9"}, {}},  // an installed pre-release will do
           Case{{"missing"}, {"missing: not installed"}},
           Case{{"missing", "missing"}, {"missing: not installed"}},
           Case{{"alpha>=2"}, {"alpha: 1.5 does not fit >=2"}},
           Case{{"beta[fast]"},
                {"gamma: 3.0 does not fit <3, required by beta"}},
           Case{{"beta", "beta[FAST]"},
                {"gamma: 3.0 does not fit <3, required by beta"}},
           Case{{"beta[unknown]"}, {}},
       }) {
    EXPECT_EQ(Close(c.requirements).unmet, c.unmet) << c.requirements[0];
  }
}

TEST(RequirementClosureTest, ATransitiveRequirementMayBeMissing) {
  auto installed = Installed();
  installed.erase("beta");
  EXPECT_THAT(Close({"alpha"}, installed).unmet,
              ElementsAre("beta: not installed, required by Alpha"));
}

TEST(RequirementClosureTest, ACircleEnds) {
  const std::map<std::string, InstalledDistribution> installed = {
      {"a", Dist("a", "1", {"b[x]"})}, {"b", Dist("b", "1", {"a"})}};
  EXPECT_THAT(Close({"a"}, installed).needed, ElementsAre("a", "b"));
}

TEST(RequirementClosureTest, ConstraintsBoundWhatIsNeeded) {
  EXPECT_THAT(
      Close({"alpha"}, Installed(), {"beta<2", "gamma<1", "zeta<1"}).unmet,
      ElementsAre("beta: 2.0 does not fit the constraint beta<2"));
  EXPECT_THAT(Close({"alpha"}, Installed(), {"beta<2; os_name=='nt'"}).unmet,
              IsEmpty());
}

TEST(RequirementClosureTest, OneFromElsewhereMustHaveComeFromThere) {
  DirectUrl archive;
  archive.url = "https://h.example/a%20b.whl";
  DirectUrl repository;
  repository.url = "https://h.example/p.git";
  repository.vcs = "git";
  repository.requested_revision = "v1";
  repository.commit = "c0ffee";
  DirectUrl editable;
  editable.url = "file:///plan/p";
  editable.editable = true;
  DirectUrl wheel;
  wheel.url = "file:///plan/w/a-1-py3-none-any.whl";
  wheel.sha256 = "digest of /plan/w/a-1-py3-none-any.whl";
  DirectUrl stale = wheel;
  stale.sha256 = "another";
  struct Case {
    DirectUrl direct;
    std::string requirement;
    bool editable;
    bool met;
  };
  for (const Case& c : {
           Case{archive, "a @ https://u:p@h.example/a%20b.whl", false, true},
           Case{archive, "a @ https://h.example/c.whl", false, false},
           Case{repository, "a @ git+https://h.example/p.git@v1", false, true},
           Case{repository, "git+https://h.example/p.git@c0ffee", false, true},
           Case{repository, "a @ git+https://h.example/p.git@v2", false, false},
           Case{repository, "a @ git+https://h.example/p.git", false, false},
           Case{editable, "./p", true, true},
           Case{editable, "./p", false, false},
           Case{wheel, "./w/a-1-py3-none-any.whl", false, true},
           Case{wheel, "file:///plan/w/a-1-py3-none-any.whl", false, true},
           Case{stale, "./w/a-1-py3-none-any.whl", false, false},
       }) {
    InstalledDistribution distribution = Dist("a", "1");
    distribution.direct_url = c.direct;
    RequirementSet set;
    AddRequirement(c.requirement, Diagnostic::Place(), set);
    ASSERT_EQ(set.requirements.size(), 1) << c.requirement;
    set.requirements[0].editable = c.editable;
    const RequirementClosure closure = CloseRequirements(
        set, {{"a", distribution}}, Markers(), "/plan",
        [](const std::string& path) { return "digest of " + path; });
    EXPECT_EQ(closure.unmet.empty(), c.met) << c.requirement;
  }
}

TEST(RequirementClosureTest, WhatCannotBeReadIsSaid) {
  auto installed = Installed();
  installed["beta"].unreadable = {"x >>1"};
  installed["gamma"] =
      Dist("gamma", "1", {"y; sys_platform == 'no value here'"});
  EXPECT_THAT(Close({"beta[fast]"}, installed).unreadable,
              ElementsAre("beta: x >>1",
                          "gamma: the marker variable `sys_platform` has no "
                          "value in this environment"));
}

}  // namespace
}  // namespace provision
