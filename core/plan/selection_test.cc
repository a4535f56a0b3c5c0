#include "core/plan/selection.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/plan/sample.pb.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

CheckedStep StepOf(absl::string_view id, absl::string_view fields,
                   std::vector<int> after) {
  CheckedStep step;
  step.id = std::string(id);
  step.step = ParseText<Step>(fields);
  step.step.set_name(std::string(id.substr(id.find('/') + 1)));
  step.after = std::move(after);
  return step;
}

CheckedPlan SamplePlan() {
  CheckedPlan plan;
  plan.steps.push_back(StepOf("api/python", "[provision.python] {}", {}));
  plan.steps.push_back(StepOf(
      "api/packages", "tag: 'slow' [provision.python_packages] {}", {0}));
  plan.steps.push_back(StepOf("ml/python", "[provision.python] {}", {}));
  plan.steps.push_back(
      StepOf("ml/packages",
             "tag: 'slow' tag: 'gpu' [provision.python_packages]"
             " {}",
             {2}));
  plan.steps.push_back(
      StepOf("ml/pages", "[provision.python_packages] {}", {3}));
  return plan;
}

// "ids selected | ids needed", or the error.
std::string Selected(const Selection& selection) {
  const CheckedPlan plan = SamplePlan();
  const absl::StatusOr<SelectedSteps> steps = SelectSteps(plan, selection);
  if (!steps.ok()) return std::string(steps.status().message());
  std::vector<std::string> selected;
  std::vector<std::string> needed;
  for (size_t i = 0; i < plan.steps.size(); ++i) {
    if (steps->selected[i]) selected.push_back(plan.steps[i].id);
  }
  for (int i : steps->needed) needed.push_back(plan.steps[i].id);
  return absl::StrCat(absl::StrJoin(selected, " "), " | ",
                      absl::StrJoin(needed, " "));
}

TEST(SelectStepsTest, OnlyAndSkip) {
  struct Case {
    std::vector<std::string> only;
    std::vector<std::string> skip;
    bool with_deps;
    const char* expected;
  };
  for (const Case& c : std::vector<Case>{
           {{},
            {},
            false,
            "api/python api/packages ml/python ml/packages ml/pages | "},
           {{"ml/python"}, {}, false, "ml/python | "},
           {{"python"}, {}, false, "api/python ml/python | "},
           {{"ml/p*s"}, {}, false, "ml/packages ml/pages | ml/python"},
           {{"pag?s"}, {}, false, "ml/pages | ml/packages"},
           {{"*/python"}, {}, false, "api/python ml/python | "},
           {{"tag:gpu"}, {}, false, "ml/packages | ml/python"},
           {{"kind:python"}, {}, false, "api/python ml/python | "},
           {{"ml/pages"}, {}, true, "ml/python ml/packages ml/pages | "},
           {{"ml/pages"}, {"ml/packages"}, true, "ml/pages | ml/packages"},
           {{"ml/pages", "api/python"},
            {},
            false,
            "api/python ml/pages | ml/packages"},
           {{}, {"ml/*"}, false, "api/python api/packages | "},
           {{},
            {"tag:slow"},
            false,
            "api/python ml/python ml/pages | ml/packages"},
           {{"ml/*"}, {"*"}, false, " | "},
       }) {
    EXPECT_EQ(Selected({c.only, c.skip, c.with_deps}), c.expected);
  }
}

TEST(SelectStepsTest, ASelectorThatMatchesNothingIsAnError) {
  struct Case {
    const char* selector;
    const char* nearest;
  };
  for (const Case& c :
       {Case{"pyhton", "nearest is python"},
        Case{"ml/pakages", "nearest is ml/packages"},
        Case{"tag:gup", "nearest is tag:gpu"},
        Case{"kind:pyton", "nearest is kind:python"}, Case{"zzzzzz*", ""},
        Case{"tag:", ""}, Case{"tag:s*", ""}}) {
    for (const Selection& selection :
         {Selection{{c.selector}, {}, false}, Selection{{}, {c.selector}}}) {
      const absl::Status status = SelectSteps(SamplePlan(), selection).status();
      EXPECT_THAT(status, HasDiagnosticId("usage/selection")) << c.selector;
      EXPECT_THAT(std::string(status.message()), HasSubstr(c.selector));
      const Diagnostic diagnostic = DiagnosticFromStatus(status);
      EXPECT_EQ(
          diagnostic.detail_size() == 0 ? "" : diagnostic.detail(0).text(),
          c.nearest)
          << c.selector;
    }
  }
}

TEST(SelectStepsTest, AGlobOfManyStarsEnds) {
  EXPECT_THAT(Selected({{std::string(5000, '*') + "q"}, {}, false}),
              HasSubstr("no step is selected"));
}

TEST(SelectorsInFileTest, OneALine) {
  EXPECT_THAT(SelectorsInFile("# all\npython \r\n\n tag:x # why\n*"),
              ElementsAre("python", "tag:x", "*"));
  EXPECT_THAT(SelectorsInFile(""), IsEmpty());
}

}  // namespace
}  // namespace provision
