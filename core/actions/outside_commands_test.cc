#include "core/actions/outside_commands.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/local_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

class OutsideCommandsTest : public testing::Test {
 protected:
  absl::StatusOr<std::string> Ask(
      const std::string& script,
      const std::map<std::string, std::string>& files = {}) {
    provision::Run question = ParseText<provision::Run>(
        "environment { name: 'WORD' value: 'spoken' } summary: 'who' "
        "failure { pattern: 'no such (\\\\w+)' id: 'lock/unanswered' "
        "message: 'missing \\\\1' }");
    for (const std::string& word :
         {std::string("/bin/sh"), std::string("-c"), script}) {
      question.add_argv(word);
    }
    SystemSecretResolver secrets(*system_, nullptr);
    OutsideCommands world(
        *system_, secrets, true,
        [this](absl::string_view summary) { told_.emplace_back(summary); });
    return world.Ask(question, files);
  }

  const std::unique_ptr<System> system_ = NewLocalSystem();
  std::vector<std::string> told_;
};

TEST_F(OutsideCommandsTest, AnswersWithWhatIsPrinted) {
  EXPECT_THAT(
      Ask("cat a.toml; printf $WORD; echo noise >&2", {{"a.toml", "content "}}),
      IsOkAndHolds("content spoken"));
  EXPECT_THAT(told_, testing::ElementsAre("who"));
}

TEST_F(OutsideCommandsTest, TheFolderIsPrivateAndGoesWithTheAnswer) {
  const auto folder = Ask("printf x > left-behind; pwd; stat -c %a .");
  ASSERT_OK(folder);
  const std::string path = folder->substr(0, folder->find('\n'));
  EXPECT_THAT(*folder, testing::HasSubstr("700"));
  EXPECT_THAT(system_->Stat(path), IsOkAndHolds(testing::Eq(absl::nullopt)));
}

TEST_F(OutsideCommandsTest, AFailureIsToldByItsPattern) {
  const absl::Status status = Ask("echo no such package; exit 1").status();
  EXPECT_THAT(status, HasDiagnosticId("lock/unanswered"));
  EXPECT_THAT(Ask("exit 3").status(), HasDiagnosticId("run/failed"));
}

}  // namespace
}  // namespace provision
