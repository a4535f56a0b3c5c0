// The handlers of files on a real file system, and against somebody who works
// at the same place.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/actions/action_handler.h"
#include "core/actions/link.h"
#include "core/actions/make_directory.h"
#include "core/actions/remove.h"
#include "core/actions/write_file.h"
#include "core/base/local_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::SizeIs;

std::unique_ptr<ActionHandler> HandlerOf(const Action& action) {
  switch (action.kind_case()) {
    case Action::kWriteFile:
      return NewWriteFileHandler();
    case Action::kLink:
      return NewLinkHandler();
    case Action::kMakeDirectory:
      return NewMakeDirectoryHandler();
    default:
      return NewRemoveHandler();
  }
}

class LocalFileActionsTest : public ::testing::Test {
 protected:
  LocalFileActionsTest() : system_(NewLocalSystem()) {
    folder_.Write("undo/.keep", "");
  }

  ActionContext Context() {
    return ActionContext{
        .system = *system_,
        .undo = [this]() -> absl::StatusOr<Directory*> {
          PROVISION_ASSIGN_OR_RETURN(
              undo_, system_->OpenDirectory(folder_.path() + "/undo"));
          return undo_.get();
        },
        .store = nullptr,
    };
  }

  std::string Path(absl::string_view name) const {
    return absl::StrCat(folder_.path(), "/", name);
  }

  // "ROOT" in `text` is the folder of the test.
  Action ActionOf(absl::string_view text) const {
    return ParseText<Action>(
        absl::StrReplaceAll(text, {{"ROOT", folder_.path()}}));
  }

  FileMetadata Metadata(absl::string_view name) {
    absl::StatusOr<absl::optional<FileMetadata>> found =
        system_->Lstat(Path(name));
    EXPECT_OK(found);
    return found->value_or(FileMetadata());
  }

  TemporaryFolder folder_;
  std::unique_ptr<System> system_;
  std::unique_ptr<Directory> undo_;
};

TEST_F(LocalFileActionsTest, PerformedThenUndone) {
  folder_.Write("work/old", "old");
  folder_.Write("work/tree/a/b", "deep");
  ASSERT_EQ(chmod(Path("work/old").c_str(), 0640), 0);
  ASSERT_EQ(symlink("nowhere", Path("work/link").c_str()), 0);
  ASSERT_OK_AND_ASSIGN(const std::vector<DirectoryEntry> before,
                       system_->ListDirectory(Path("work")));
  const char* kActions[] = {
      "write_file { path: 'ROOT/work/new' content: 'x' mode: 0x180 }",
      "write_file { path: 'ROOT/work/old' content: 'new' }",
      "write_file { path: 'ROOT/work/link' content: 'no link' }",
      "link { path: 'ROOT/work/made' target: 'anywhere' }",
      "link { path: 'ROOT/work/link' target: 'elsewhere' }",
      "make_directory { path: 'ROOT/work/made' mode: 0x1c0 }",
      "make_directory { path: 'ROOT/work/tree' mode: 0x1c0 }",
      "remove { path: 'ROOT/work/old' }",
      "remove { path: 'ROOT/work/tree' recursive: true }",
  };
  for (const char* text : kActions) {
    SCOPED_TRACE(text);
    const Action action = ActionOf(text);
    std::unique_ptr<ActionHandler> handler = HandlerOf(action);
    ActionContext context = Context();
    EXPECT_THAT(handler->AuditWanted(action, context),
                IsOkAndHolds(Audit::kOther));
    ASSERT_OK_AND_ASSIGN(Preparation preparation,
                         handler->Prepare(action, context));
    ASSERT_OK(handler->Perform(action, preparation, context));
    EXPECT_THAT(handler->AuditWanted(action, context),
                IsOkAndHolds(Audit::kAfter));
    EXPECT_THAT(handler->AuditPrepared(action, preparation, context),
                IsOkAndHolds(Audit::kAfter));
    EXPECT_OK(handler->MakeDurable(action, preparation, context));
    EXPECT_THAT(handler->Undo(action, preparation, context),
                IsOkAndHolds(UndoOutcome::kUndone));
    EXPECT_THAT(system_->ListDirectory(Path("work")), IsOkAndHolds(before));
    EXPECT_EQ(folder_.Read("work/old"), "old");
    EXPECT_EQ(Metadata("work/old").mode, 0640);
    EXPECT_EQ(Metadata("work/link").target, "nowhere");
    EXPECT_EQ(Metadata("work/tree").mode, 0755);
    EXPECT_EQ(folder_.Read("work/tree/a/b"), "deep");
  }
}

TEST_F(LocalFileActionsTest, APlantedLinkIsNotFollowed) {
  folder_.Write("theirs/file", "theirs");
  folder_.Write("work/.keep", "");
  ASSERT_EQ(symlink("../theirs/file", Path("work/x").c_str()), 0);
  const Action action =
      ActionOf("write_file { path: 'ROOT/work/x' content: 'ours' }");
  ActionContext context = Context();
  std::unique_ptr<ActionHandler> handler = HandlerOf(action);
  ASSERT_OK_AND_ASSIGN(Preparation preparation,
                       handler->Prepare(action, context));
  ASSERT_OK(handler->Perform(action, preparation, context));
  EXPECT_EQ(folder_.Read("theirs/file"), "theirs");
  EXPECT_EQ(folder_.Read("work/x"), "ours");
}

// Somebody makes the very file again and again. Ours may be refused, theirs is
// never replaced.
TEST_F(LocalFileActionsTest, ARaceForANewFileReplacesNothing) {
  folder_.Write("work/.keep", "");
  const std::string path = Path("work/x");
  std::atomic<bool> stop = false;
  std::atomic<int> made = 0;
  std::atomic<int> replaced = 0;
  std::thread somebody([&] {
    while (!stop) {
      const int file = open(path.c_str(), O_CREAT | O_EXCL | O_RDWR, 0600);
      if (file < 0) continue;
      ++made;
      struct stat mine = {}, now = {};
      fstat(file, &mine);
      for (int look = 0; look < 20; ++look) {
        if (stat(path.c_str(), &now) != 0 || now.st_ino != mine.st_ino) {
          ++replaced;
          break;
        }
      }
      unlink(path.c_str());
      close(file);
    }
  });
  const Action action =
      ActionOf("write_file { path: 'ROOT/work/x' content: 'ours' }");
  std::unique_ptr<ActionHandler> handler = HandlerOf(action);
  ActionContext context = Context();
  Preparation preparation;
  preparation.add_before()->set_path(path);
  preparation.mutable_before(0)->mutable_state()->set_type(PathState::ABSENT);
  preparation.add_after()->set_path(path);
  preparation.mutable_after(0)->mutable_state()->set_type(PathState::FILE);
  int ours = 0, refused = 0;
  for (int i = 0; i < 300 || made < 50; ++i) {
    preparation.set_temporary_name(absl::StrCat(".ours-", i, ".tmp"));
    absl::Status performed = handler->Perform(action, preparation, context);
    performed.ok() ? ++ours : ++refused;
    if (performed.ok()) unlink(path.c_str());
  }
  stop = true;
  somebody.join();
  EXPECT_EQ(replaced, 0);
  EXPECT_GT(ours + refused, 299);
  // Nothing of ours is left, whatever happened.
  EXPECT_THAT(system_->ListDirectory(Path("work")), IsOkAndHolds(SizeIs(1)));
}

}  // namespace
}  // namespace provision
