#include "plugins/builtin/builtin.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/api/plan.pb.h"
#include "core/plan/plan_check.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(BuiltinTest, RegistersEachOnce) {
  Registry registry;
  ASSERT_OK(RegisterBuiltins(registry));
  EXPECT_THAT(registry.names(),
              ElementsAre("command", "files", "python", "python_packages"));
  EXPECT_THAT(RegisterBuiltins(registry),
              StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST(BuiltinTest, ExtensionsOfStepHaveTheirAllottedNumbers) {
  // README.md beside this: never renumbered, never used again.
  const std::map<std::string, int> kAllotted = {{"files", 1001},
                                                {"command", 1002},
                                                {"python", 1003},
                                                {"python_packages", 1004}};
  Registry registry;
  ASSERT_OK(RegisterBuiltins(registry));
  std::vector<const google::protobuf::FieldDescriptor*> extensions;
  Step::descriptor()->file()->pool()->FindAllExtensions(Step::descriptor(),
                                                        &extensions);
  std::map<std::string, int> numbers;
  for (const auto* extension : extensions) {
    EXPECT_LT(extension->number(), 100000);
    numbers[extension->name()] = extension->number();
  }
  EXPECT_EQ(numbers, kAllotted);
}

// The one plan of a README: its indented block that begins with a step.
std::string PlanOfReadme(absl::string_view readme) {
  std::string plan;
  for (absl::string_view line : absl::StrSplit(readme, '\n')) {
    const bool is_indented = absl::ConsumePrefix(&line, "    ");
    if (plan.empty() ? is_indented && line == "step {" : is_indented) {
      absl::StrAppend(&plan, line, "\n");
    } else if (!plan.empty()) {
      break;
    }
  }
  return plan;
}

TEST(BuiltinTest, ThePlanOfEachReadmeIsValid) {
  Registry registry;
  ASSERT_OK(RegisterBuiltins(registry));
  for (const std::string& name : registry.names()) {
    const std::string path = absl::StrCat("plugins/", name, "/README.md");
    PlanFile file;
    file.file = path;
    file.content = PlanOfReadme(ReadTestData(path));
    EXPECT_THAT(file.content, HasSubstr(absl::StrCat("provision.", name)));
    // What comes before the step of the README stands in for an earlier one.
    if (absl::StrContains(file.content, "after: \"python\"")) {
      absl::StrAppend(&file.content,
                      "step { name: \"python\" [provision.python] { version: "
                      "\"3\" environment: \".venv\" } }\n");
    }
    file.content.insert(0, "name: \"readme\"\n");
    for (const Diagnostic& found : CheckPlan(file, registry).diagnostics) {
      ADD_FAILURE() << path << ": " << found.ShortDebugString();
    }
  }
}

}  // namespace
}  // namespace provision
