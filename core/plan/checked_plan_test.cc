#include "core/plan/checked_plan.h"

#include <type_traits>

#include "absl/strings/str_cat.h"
#include "core/plan/sample.pb.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

static_assert(!std::is_copy_constructible_v<CheckedStep>);
static_assert(std::is_nothrow_move_constructible_v<CheckedStep>);

CheckedStep SampleStep() {
  CheckedStep step;
  step.id = "api/python";
  step.step.MutableExtension(python);
  step.place.set_file("plan.textproto");
  step.place.set_line(3);
  step.place.set_column(1);
  step.path = "environment[0].step[1]";
  step.fields["name"] = {4, 9, 8, "environment[0].step[1].name", "api"};
  step.fields["after[0]"] = {9, 1, 2, "step[2].after[0]", ""};
  step.fields["python"] = {5, 3, 18, "step[2].python", ""};
  step.fields["python.ladder"] = {6, 3, 6, "step[2].python.ladder", ""};
  step.fields["python.ladder[0]"] = {6, 12, 5, "step[2].python.ladder[0]", ""};
  return step;
}

// "line:column path".
std::string InWords(const Diagnostic& diagnostic) {
  return absl::StrCat(diagnostic.place().line(), ":",
                      diagnostic.place().column(), " ", diagnostic.field());
}

TEST(PlaceInStepTest, TakesTheNearestFieldThatWasWritten) {
  struct Case {
    const char* field;
    const char* place;
  };
  for (const Case& c : {
           Case{"", "3:1 environment[0].step[1]"},
           Case{"name", "4:9 environment[0].step[1].name"},
           Case{"after[0]", "9:1 step[2].after[0]"},
           Case{"retry.attempts", "3:1 environment[0].step[1].retry.attempts"},
       }) {
    Diagnostic diagnostic;
    PlaceInStep(SampleStep(), c.field, &diagnostic);
    EXPECT_EQ(InWords(diagnostic), c.place);
    EXPECT_EQ(diagnostic.step(), "api/python");
    EXPECT_EQ(diagnostic.place().file(), "plan.textproto");
  }
}

TEST(PlaceDiagnosticTest, TheFieldIsOneOfTheConfig) {
  struct Case {
    const char* field;
    const char* place;
  };
  for (const Case& c : {
           Case{"", "5:3 step[2].python"},
           Case{"version", "5:3 step[2].python.version"},
           Case{"ladder[0]", "6:12 step[2].python.ladder[0]"},
           Case{"ladder[7]", "6:3 step[2].python.ladder[7]"},
           // Not the step's own.
           Case{"name", "5:3 step[2].python.name"},
       }) {
    Diagnostic diagnostic;
    diagnostic.set_field(c.field);
    PlaceDiagnostic(SampleStep(), &diagnostic);
    EXPECT_EQ(InWords(diagnostic), c.place);
  }
}

}  // namespace
}  // namespace provision
