#include "core/testing/fake_directory.h"

#include <cerrno>

#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::Pair;
using RenameMode = Directory::RenameMode;

class FakeDirectoryTest : public testing::Test {
 protected:
  FakeDirectoryTest() {
    system_.AddFile("/srv/motd", "hello");
    system_.AddSymlink("/srv/link", "motd");
    system_.AddFile("/srv/sub/inner", "in");
    srv_ = *system_.OpenDirectory("/srv");
    system_.ClearLogs();
  }

  FakeSystem system_;
  std::unique_ptr<Directory> srv_;
};

TEST_F(FakeDirectoryTest, Reads) {
  EXPECT_EQ(srv_->path(), "/srv");
  EXPECT_THAT(srv_->ReadFile("motd", 5), IsOkAndHolds("hello"));
  EXPECT_THAT(srv_->ReadFile("motd", 4),
              StatusIs(absl::StatusCode::kOutOfRange));
  EXPECT_THAT(srv_->ReadFile("link", 5), HasDiagnosticId("host/io"));
  EXPECT_THAT(srv_->ReadFile("none", 5), HasDiagnosticId("host/missing"));
  ASSERT_OK_AND_ASSIGN(absl::optional<FileMetadata> link, srv_->Lstat("link"));
  EXPECT_EQ(link->target, "motd");
  ASSERT_OK_AND_ASSIGN(absl::optional<FileMetadata> none, srv_->Lstat("none"));
  EXPECT_FALSE(none.has_value());
  ASSERT_OK_AND_ASSIGN(std::vector<DirectoryEntry> entries, srv_->List());
  EXPECT_THAT(entries,
              ElementsAre(DirectoryEntry{"link", FileType::kSymlink},
                          DirectoryEntry{"motd", FileType::kRegular},
                          DirectoryEntry{"sub", FileType::kDirectory}));
  EXPECT_THAT(srv_->OpenDirectory("link"), HasDiagnosticId("host/io"));
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<Directory> sub,
                       srv_->OpenDirectory("sub"));
  EXPECT_THAT(sub->ReadFile("inner", 9), IsOkAndHolds("in"));
  EXPECT_THAT(system_.operations(), ElementsAre());
}

TEST_F(FakeDirectoryTest, WritesAFileStepByStep) {
  {
    ASSERT_OK_AND_ASSIGN(std::unique_ptr<WritableFile> file,
                         srv_->Create("new.tmp", 0600));
    EXPECT_OK(file->Append("one "));
    EXPECT_OK(file->Append("two"));
    EXPECT_THAT(file->Size(), IsOkAndHolds(7u));
    EXPECT_OK(file->Sync());
  }
  EXPECT_OK(srv_->Rename("new.tmp", *srv_, "motd", RenameMode::kReplace));
  EXPECT_OK(srv_->Sync());
  EXPECT_EQ(system_.Content("/srv/motd"), "one two");
  EXPECT_THAT(system_.operations(),
              ElementsAre("create /srv/new.tmp", "append /srv/new.tmp",
                          "append /srv/new.tmp", "sync /srv/new.tmp",
                          "rename /srv/new.tmp to /srv/motd", "sync /srv"));
}

TEST_F(FakeDirectoryTest, AppendsAndTruncates) {
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<WritableFile> file,
                       srv_->OpenForAppending("motd"));
  EXPECT_OK(file->Append(" you"));
  EXPECT_OK(file->Truncate(7));
  EXPECT_EQ(system_.Content("/srv/motd"), "hello y");
  EXPECT_THAT(srv_->OpenForAppending("link"), HasDiagnosticId("host/io"));
  EXPECT_THAT(srv_->OpenForAppending("sub"), HasDiagnosticId("host/io"));
  system_.ChangeLinkCount("/srv/motd", 2);
  EXPECT_THAT(srv_->OpenForAppending("motd"), HasDiagnosticId("host/io"));
}

TEST_F(FakeDirectoryTest, RenameHasTheRulesOfPosix) {
  ASSERT_OK(srv_->MakeDirectory("empty", 0700));
  system_.AddMount("/srv/mount");
  const struct {
    const char* from;
    const char* to;
    RenameMode mode;
    const char* id;
  } kCases[] = {{"none", "x", RenameMode::kReplace, "host/missing"},
                {"motd", "link", RenameMode::kNoReplace, "host/io"},
                {"motd", "sub", RenameMode::kReplace, "host/io"},
                {"empty", "motd", RenameMode::kReplace, "host/missing"},
                {"empty", "sub", RenameMode::kReplace, "host/io"},
                {"sub", "sub/below", RenameMode::kReplace, "host/io"},
                {"motd", "mount/motd", RenameMode::kReplace, "host/io"},
                {"motd", "motd", RenameMode::kReplace, ""},
                {"sub", "empty", RenameMode::kReplace, ""},
                {"motd", "empty/motd", RenameMode::kNoReplace, ""}};
  for (const auto& c : kCases) {
    absl::Status status = srv_->Rename(c.from, *srv_, c.to, c.mode);
    EXPECT_THAT(status, HasDiagnosticId(c.id)) << c.from << " to " << c.to;
    EXPECT_EQ(status.ok(), *c.id == '\0') << c.from << " to " << c.to;
  }
  EXPECT_EQ(system_.Content("/srv/empty/motd"), "hello");
}

TEST_F(FakeDirectoryTest, RemovesAndChangesAttributes) {
  EXPECT_THAT(srv_->Remove("sub"), HasDiagnosticId("host/io"));
  EXPECT_OK(srv_->Remove("sub/inner"));
  EXPECT_OK(srv_->Remove("sub"));
  EXPECT_OK(srv_->Remove("link"));
  EXPECT_OK(srv_->MakeSymlink("elsewhere", "link"));
  EXPECT_OK(srv_->SetMode("motd", 0600));
  EXPECT_OK(srv_->SetOwner("motd", 1, 2));
  EXPECT_THAT(srv_->SetMode("link", 0600), HasDiagnosticId("host/io"));
  EXPECT_THAT(system_.Snapshot("/srv"),
              ElementsAre(Pair("/srv", "directory 0755 0:0"),
                          Pair("/srv/link", "link to elsewhere"),
                          Pair("/srv/motd", "file 0600 1:2 hello")));
}

TEST_F(FakeDirectoryTest, FixedModesAreNotChanged) {
  system_.FixModes(0777);
  EXPECT_OK(srv_->Create("new", 0600).status());
  EXPECT_OK(srv_->SetMode("new", 0600));
  EXPECT_OK(srv_->SetMode("motd", 0600));
  EXPECT_EQ(srv_->Lstat("new").value()->mode, 0777);
  EXPECT_EQ(srv_->Lstat("motd").value()->mode, 0644);
}

TEST_F(FakeDirectoryTest, AnotherUserMayChangeOnlyTheirOwn) {
  system_.AddDirectory("/home/u");
  system_.AddFile("/home/u/mine", "");
  system_.ChangeOwner("/home/u", 7, 7);
  system_.ChangeOwner("/home/u/mine", 7, 7);
  system_.SetIdentity({.uid = 7, .gid = 7, .groups = {8}});
  EXPECT_THAT(srv_->Create("new", 0644), HasDiagnosticId("host/permission"));
  EXPECT_THAT(srv_->Remove("motd"), HasDiagnosticId("host/permission"));
  EXPECT_THAT(srv_->SetMode("motd", 0), HasDiagnosticId("host/permission"));
  EXPECT_THAT(srv_->OpenForAppending("motd"),
              HasDiagnosticId("host/permission"));
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<Directory> home,
                       system_.OpenDirectory("/home/u"));
  EXPECT_OK(home->Create("new", 0644));
  EXPECT_OK(home->SetOwner("mine", 7, 8));
  EXPECT_THAT(home->SetOwner("mine", 7, 9), HasDiagnosticId("host/permission"));
  EXPECT_THAT(home->SetOwner("mine", 0, 7), HasDiagnosticId("host/permission"));
  EXPECT_EQ(system_.Snapshot("/home/u/new")["/home/u/new"], "file 0644 7:7 ");
}

TEST_F(FakeDirectoryTest, OnlyWhatWasSyncedSurvivesAPowerCut) {
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<WritableFile> file,
                       srv_->Create("a", 0644));
  ASSERT_OK(file->Append("kept"));
  ASSERT_OK(file->Sync());
  ASSERT_OK(srv_->Sync());
  ASSERT_OK(file->Append(" lost"));
  ASSERT_OK(srv_->MakeDirectory("lost", 0755));
  ASSERT_OK(srv_->Rename("motd", *srv_, "moved", RenameMode::kReplace));
  system_.PowerCut();
  EXPECT_EQ(system_.Content("/srv/a"), "kept");
  EXPECT_EQ(system_.Content("/srv/motd"), "hello");
  EXPECT_EQ(system_.Content("/srv/moved"), absl::nullopt);
  EXPECT_TRUE(system_.Snapshot("/srv/lost").empty());

  ASSERT_OK_AND_ASSIGN(srv_, system_.OpenDirectory("/srv"));
  ASSERT_OK(srv_->MakeDirectory("kept", 0755));
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<WritableFile> all,
                       srv_->Create("kept/all", 0644));
  ASSERT_OK(all->Append("x"));
  ASSERT_OK(srv_->SyncFileSystem());
  system_.PowerCut();
  EXPECT_EQ(system_.Content("/srv/kept/all"), "x");
}

TEST_F(FakeDirectoryTest, AFullDiskTakesWhatFits) {
  system_.LimitFreeBytes(6);
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<WritableFile> journal,
                       srv_->Create("journal", 0644));
  EXPECT_OK(journal->Reserve(4));
  EXPECT_OK(journal->Reserve(2));
  EXPECT_THAT(journal->Reserve(7), HasDiagnosticId("host/no-space"));
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<WritableFile> file,
                       srv_->Create("a", 0644));
  EXPECT_THAT(file->Append("abc"), HasDiagnosticId("host/no-space"));
  EXPECT_EQ(system_.Content("/srv/a"), "ab");
  EXPECT_OK(journal->Append("1234"));
  EXPECT_THAT(journal->Append("5"), HasDiagnosticId("host/no-space"));
  EXPECT_OK(srv_->Remove("a"));
  EXPECT_OK(journal->Append("56"));
}

TEST_F(FakeDirectoryTest, AFaultInAnAppendLeavesHalfOfIt) {
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<WritableFile> file,
                       srv_->Create("a", 0644));
  system_.AddFault({.operation = "append", .error_number = EIO});
  EXPECT_THAT(file->Append("abcd"), HasDiagnosticId("host/io"));
  EXPECT_EQ(system_.Content("/srv/a"), "ab");
  system_.AddFault({.operation = "sync /srv/a", .error_number = EIO});
  EXPECT_TRUE(IsNotDurable(file->Sync()));
  ASSERT_OK(srv_->Sync());
  system_.PowerCut();
  EXPECT_EQ(system_.Content("/srv/a"), "");
}

TEST_F(FakeDirectoryTest, ALockHasOneHolder) {
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<FileLock> lock,
                       srv_->TryLock("lock", false));
  EXPECT_NE(lock, nullptr);
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<FileLock> second,
                       srv_->TryLock("lock", false));
  EXPECT_EQ(second, nullptr);
  lock = nullptr;
  ASSERT_OK_AND_ASSIGN(second, srv_->TryLock("lock", true));
  EXPECT_NE(second, nullptr);
  // The dead process's lock is free, and its destructor frees no other's.
  system_.Restart();
  ASSERT_OK_AND_ASSIGN(srv_, system_.OpenDirectory("/srv"));
  ASSERT_OK_AND_ASSIGN(lock, srv_->TryLock("lock", false));
  EXPECT_NE(lock, nullptr);
  second = nullptr;
  ASSERT_OK_AND_ASSIGN(second, srv_->TryLock("lock", false));
  EXPECT_EQ(second, nullptr);
}

}  // namespace
}  // namespace provision
