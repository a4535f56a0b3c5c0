#include "core/plan/checked_plan.h"

#include <type_traits>

#include "gtest/gtest.h"

namespace provision {
namespace {

static_assert(!std::is_copy_constructible_v<CheckedStep>);
static_assert(std::is_nothrow_move_constructible_v<CheckedStep>);

CheckedStep StepWithFields() {
  CheckedStep step;
  step.id = "api/python";
  step.place.set_file("plan.textproto");
  step.place.set_line(3);
  step.place.set_column(1);
  step.fields["name"] = {4, 9, 8, ""};
  return step;
}

TEST(PlaceDiagnosticTest, WithoutConfigItIsTheStep) {
  Diagnostic diagnostic;
  PlaceDiagnostic(StepWithFields(), &diagnostic);
  EXPECT_EQ(diagnostic.step(), "api/python");
  EXPECT_EQ(diagnostic.place().file(), "plan.textproto");
  EXPECT_EQ(diagnostic.place().line(), 3);
  EXPECT_EQ(diagnostic.place().column(), 1);
}

}  // namespace
}  // namespace provision
