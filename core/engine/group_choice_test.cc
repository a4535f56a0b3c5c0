#include "core/engine/group_choice.h"

#include "absl/strings/str_cat.h"
#include "core/actions/run.h"
#include "core/actions/write_file.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

StepAction WriteAt(absl::string_view path, size_t bytes = 1) {
  StepAction action;
  action.action.mutable_write_file()->set_path(std::string(path));
  action.action.mutable_write_file()->set_content(std::string(bytes, 'x'));
  return action;
}

ActionHandlers Handlers() {
  ActionHandlers handlers;
  handlers.Set(Action::kWriteFile, NewWriteFileHandler());
  handlers.Set(Action::kRun, NewRunHandler());
  return handlers;
}

class GroupChoiceTest : public ::testing::Test {
 protected:
  const ActionHandlers handlers_ = Handlers();
  GroupChoice choice_{handlers_};
};

TEST_F(GroupChoiceTest, TakesFilesBesideEachOther) {
  for (const char* path : {"/srv/a", "/srv/ab", "/srv/b/c", "/srv/b/d"}) {
    EXPECT_TRUE(choice_.Take(WriteAt(path))) << path;
  }
}

TEST_F(GroupChoiceTest, RefusesAPathThatIsTakenOrAboveOrBelowOne) {
  ASSERT_TRUE(choice_.Take(WriteAt("/srv/a/b")));
  for (const char* path : {"/srv/a/b", "/srv/a", "/srv/a/b/c"}) {
    EXPECT_FALSE(choice_.Take(WriteAt(path))) << path;
  }
  EXPECT_TRUE(choice_.Take(WriteAt("/srv/a/bc")));
}

TEST_F(GroupChoiceTest, RefusesAKindThatIsPerformedInOne) {
  StepAction action;
  action.action.mutable_run()->add_argv("/bin/true");
  EXPECT_FALSE(choice_.Take(action));
}

TEST_F(GroupChoiceTest, IsFullAtSomeSize) {
  EXPECT_TRUE(choice_.Take(WriteAt("/a", 10 << 20)));
  EXPECT_FALSE(choice_.Take(WriteAt("/b", 10 << 20)));
  EXPECT_TRUE(choice_.Take(WriteAt("/c", 1 << 20)));
  int taken = 2;
  while (choice_.Take(WriteAt(absl::StrCat("/f", taken)))) ++taken;
  EXPECT_EQ(taken, 512);
}

}  // namespace
}  // namespace provision
