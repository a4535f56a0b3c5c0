#include "core/testing/conformance.h"

#include <cstdlib>

#include "core/testing/scripted_provisioner.h"
#include "core/testing/testing.h"
#include "gtest/gtest-spi.h"

namespace provision {
namespace {

using testing::HasSubstr;

ConformanceCase GoodCase() {
  return {
      .provisioner = [] { return std::make_unique<ScriptedProvisioner>(); },
      .step = R"pb(
        [provision.scripted] {
          file { path: "/srv/a" content: "A" }
          file { path: "/srv/old" content: "new" mode: 0x180 }
        })pb",
      .unusable = "[provision.scripted] { invalid: 'no' }",
      .host = [](FakeSystem& system) { system.AddFile("/srv/old", "old"); }};
}

// All that the suite found, as one text.
std::string FailuresOf(const ConformanceCase& tried) {
  testing::TestPartResultArray failures;
  {
    testing::ScopedFakeTestPartResultReporter reporter(
        testing::ScopedFakeTestPartResultReporter::
            INTERCEPT_ONLY_CURRENT_THREAD,
        &failures);
    CheckConformance(tried);
  }
  std::string text;
  for (int i = 0; i < failures.size(); ++i) {
    text += failures.GetTestPartResult(i).message();
  }
  return text;
}

TEST(ConformanceTest, AGoodProvisionerPasses) { CheckConformance(GoodCase()); }

TEST(ConformanceTest, ValidationIsTried) {
  ConformanceCase tried = GoodCase();
  tried.unusable = "[provision.scripted] {}";
  EXPECT_THAT(FailuresOf(tried), HasSubstr("the unusable config is accepted"));
}

TEST(ConformanceTest, ACaseHasToDoSomething) {
  ConformanceCase tried = GoodCase();
  tried.step = "[provision.scripted] {}";
  EXPECT_THAT(FailuresOf(tried), HasSubstr("nothing to do"));
}

TEST(ConformanceTest, ActionsAreThoseOfTheBuildFile) {
  ASSERT_EQ(setenv("PROVISION_PLUGIN_ACTIONS", "run,link", 1), 0);
  EXPECT_THAT(FailuresOf(GoodCase()),
              HasSubstr("does not declare the action write_file"));
  ASSERT_EQ(setenv("PROVISION_PLUGIN_ACTIONS", "link,write_file", 1), 0);
  EXPECT_EQ(FailuresOf(GoodCase()), "");
  ASSERT_EQ(unsetenv("PROVISION_PLUGIN_ACTIONS"), 0);
}

TEST(ConformanceTest, WhatNeverConvergesIsFound) {
  ConformanceCase tried = GoodCase();
  tried.step = R"pb(
    [provision.scripted] {
      proposal {
        fidelity: EXACT
        action {
          run { argv: "/bin/x" }
          repeat_class: CONVERGENT
        }
      }
    })pb";
  tried.host = [](FakeSystem& system) { system.AddCommand({"/bin/x"}, ""); };
  EXPECT_THAT(FailuresOf(tried), HasSubstr("IsAlreadySo(next)"));
}

TEST(ConformanceTest, AMissingInverseIsFound) {
  ConformanceCase tried = GoodCase();
  tried.step = R"pb(
    [provision.scripted] {
      until: "/srv/made"
      proposal {
        fidelity: EXACT
        action {
          run { argv: "/bin/x" }
          repeat_class: CONVERGENT
        }
      }
    })pb";
  tried.host = [](FakeSystem& system) {
    system.AddScript({"/bin/x"}, [&system](const ProcessSpec&) {
      system.AddFile("/srv/made", "");
      return ProcessResult();
    });
  };
  EXPECT_THAT(FailuresOf(tried), HasSubstr("untouched.Files()"));
  tried.is_reversible = false;
  EXPECT_EQ(FailuresOf(tried), "");
}

TEST(ConformanceTest, ASecretThatShowsIsFound) {
  ConformanceCase tried = GoodCase();
  tried.canaries = {"canary-4711"};
  EXPECT_EQ(FailuresOf(tried), "");
  tried.step =
      "[provision.scripted] { file { path: '/srv/a' content: 'canary-4711' } }";
  EXPECT_THAT(FailuresOf(tried), HasSubstr("a secret was shown"));
}

}  // namespace
}  // namespace provision
