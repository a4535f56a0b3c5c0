#include "core/engine/step_action.h"

#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using google::protobuf::RepeatedPtrField;

RepeatedPtrField<Action> Actions(absl::string_view text) {
  return ParseText<Rung>(text).action();
}

TEST(StepActionTest, EqualActionsOfOneStepHaveOrdinals) {
  FakeSystem system;
  ASSERT_OK_AND_ASSIGN(
      const std::vector<ActionId> ids,
      IdentifyActions("a", Actions(R"pb(
                        action { run { argv: "/bin/x" } }
                        action { run { argv: "/bin/y" } }
                        action { run { argv: "/bin/x" } })pb"),
                      system, nullptr));
  ASSERT_EQ(ids.size(), 3u);
  EXPECT_EQ(ids[0].step(), "a");
  EXPECT_EQ(ids[0].digest(), ids[2].digest());
  EXPECT_NE(ids[0].digest(), ids[1].digest());
  EXPECT_EQ(ids[0].ordinal(), 0u);
  EXPECT_EQ(ids[1].ordinal(), 0u);
  EXPECT_EQ(ids[2].ordinal(), 1u);
}

TEST(StepActionTest, AChangedInputIsAnotherAction) {
  FakeSystem system;
  const RepeatedPtrField<Action> actions =
      Actions(R"pb(action { run { argv: "/bin/x" input: "/script" } })pb");
  std::vector<std::string> digests;
  for (const char* content : {"", "one", "two"}) {
    if (*content != 0) system.AddFile("/script", content);
    ASSERT_OK_AND_ASSIGN(const std::vector<ActionId> ids,
                         IdentifyActions("a", actions, system, nullptr));
    digests.push_back(ids[0].digest());
  }
  EXPECT_NE(digests[0], digests[1]);
  EXPECT_NE(digests[1], digests[2]);
}

TEST(StepActionTest, ASecretThatNobodyKnowsIsAnError) {
  FakeSystem system;
  EXPECT_FALSE(IdentifyActions("a", Actions(R"pb(
                                 action {
                                   write_file {
                                     path: "/f"
                                     secret { env: "S" }
                                   }
                                 })pb"),
                               system, nullptr)
                   .ok());
}

}  // namespace
}  // namespace provision
