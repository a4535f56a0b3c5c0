#include "core/plan/order_check.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "core/plan/sample.pb.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// "name<predecessor,predecessor" with `*` after the name for the other kind.
EffectiveEnvironment EnvironmentOf(const std::vector<std::string>& steps) {
  EffectiveEnvironment environment;
  for (const std::string& text : steps) {
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(text, absl::MaxSplits('<', 1));
    CheckedStep step;
    step.id = parts.first;
    step.step.set_name(parts.first);
    if (parts.first.back() == '*') {
      step.step.MutableExtension(python_packages);
    } else {
      step.step.MutableExtension(python);
    }
    for (absl::string_view name :
         absl::StrSplit(parts.second, ',', absl::SkipEmpty())) {
      step.step.add_after(std::string(name));
    }
    environment.steps.push_back(std::move(step));
  }
  return environment;
}

// The errors, or the order as "name<indices".
std::vector<std::string> Check(const std::vector<std::string>& steps,
                               const std::vector<OrderingInvariant>& rules = {},
                               bool names_known = true) {
  EffectiveEnvironment environment = EnvironmentOf(steps);
  std::vector<Diagnostic> diagnostics;
  CheckOrder(rules, names_known, &environment, &diagnostics);
  std::vector<std::string> result;
  for (const Diagnostic& diagnostic : diagnostics) {
    result.push_back(absl::StrCat("error: ", diagnostic.message()));
  }
  if (!diagnostics.empty()) return result;
  for (const CheckedStep& step : environment.steps) {
    result.push_back(
        absl::StrCat(step.id, "<", absl::StrJoin(step.after, ",")));
  }
  return result;
}

TEST(CheckOrderTest, PutsStepsIntoAnOrderInWhichTheyCanRun) {
  EXPECT_THAT(Check({"c<b,a", "b<a", "a<", "d<"}),
              ElementsAre("a<", "b<0", "c<0,1", "d<"));
  // As written where that is possible; naming a step twice changes nothing.
  EXPECT_THAT(Check({"b<", "a<", "c<a,a,b"}), ElementsAre("b<", "a<", "c<0,1"));
}

TEST(CheckOrderTest, NamesEveryStepThatIsMissing) {
  EXPECT_THAT(Check({"a<x,y", "b<a,z"}),
              ElementsAre("error: no step is called \"x\"",
                          "error: no step is called \"y\"",
                          "error: no step is called \"z\""));
  EXPECT_THAT(Check({"a<x"}, {}, /*names_known=*/false), ElementsAre("a<"));
}

TEST(CheckOrderTest, ShowsTheCircle) {
  EXPECT_THAT(
      Check({"a<c", "b<a", "c<b", "d<a"}),
      ElementsAre("error: steps wait for each other: a -> c -> b -> a"));
  std::vector<std::string> long_circle = {"s0<s99"};
  for (int i = 1; i < 100; ++i) {
    long_circle.push_back(absl::StrCat("s", i, "<s", i - 1));
  }
  EXPECT_THAT(Check(long_circle),
              ElementsAre("error: steps wait for each other: s0 -> s99 -> s98 "
                          "-> s97 -> s96 -> s95 -> s94 -> s93 -> s92 -> s91 -> "
                          "(81 more) -> s9 -> s8 -> s7 -> s6 -> s5 -> s4 -> s3 "
                          "-> s2 -> s1 -> s0"));
}

TEST(CheckOrderTest, ARuleWantsAStepBetween) {
  const std::vector<OrderingInvariant> rules = {
      {"provision.SamplePythonConfig", "provision.SamplePythonConfig",
       "provision.SamplePackagesConfig", "why"}};
  const auto error = [](absl::string_view to, absl::string_view from) {
    return absl::StrCat("error: step \"", to, "\" follows \"", from,
                        "\" without a step of kind "
                        "provision.SamplePackagesConfig between them");
  };
  EXPECT_THAT(Check({"a<", "b<"}, rules), ElementsAre("a<", "b<"));
  EXPECT_THAT(Check({"a<", "b<a"}, rules), ElementsAre(error("b", "a")));
  EXPECT_THAT(Check({"a<", "x*<a", "b<x*"}, rules),
              ElementsAre("a<", "x*<0", "b<1"));
  // It is between although there is also a direct way.
  EXPECT_THAT(Check({"a<", "x*<a", "b<x*,a"}, rules),
              ElementsAre("a<", "x*<0", "b<0,1"));
  // It is beside, not between.
  EXPECT_THAT(Check({"a<", "x*<", "b<a,x*"}, rules),
              ElementsAre(error("b", "a")));
  EXPECT_THAT(Check({"a<", "x*<a", "b<a"}, rules),
              ElementsAre(error("b", "a")));
}

}  // namespace
}  // namespace provision
