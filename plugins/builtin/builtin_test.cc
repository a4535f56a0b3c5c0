#include "plugins/builtin/builtin.h"

#include <map>
#include <vector>

#include "core/api/plan.pb.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::ElementsAre;

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

}  // namespace
}  // namespace provision
