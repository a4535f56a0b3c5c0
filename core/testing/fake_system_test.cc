#include "core/testing/fake_system.h"

#include <csignal>

#include "absl/strings/str_cat.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

// Writes three files, as a program that knows nothing of crashes.
absl::Status WriteThree(FakeSystem& system) {
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> directory,
                             system.OpenDirectory("/srv"));
  for (const char* name : {"a", "b", "c"}) {
    PROVISION_ASSIGN_OR_RETURN(absl::optional<FileMetadata> found,
                               directory->Lstat(name));
    if (found.has_value()) continue;
    PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<WritableFile> file,
                               directory->Create(name, 0644));
    PROVISION_RETURN_IF_ERROR(file->Append("text"));
  }
  return absl::OkStatus();
}

TEST(FakeSystemTest, CrashesAtEachOperation) {
  for (int n = 1; n <= 6; ++n) {
    for (CrashMode mode : {CrashMode::kBefore, CrashMode::kDuring}) {
      FakeSystem system;
      system.AddDirectory("/srv");
      system.CrashAt(n, mode);
      EXPECT_THAT(WriteThree(system), StatusIs(absl::StatusCode::kAborted));
      EXPECT_TRUE(system.crashed());
      EXPECT_THAT(system.operations(), SizeIs(n));
      EXPECT_THAT(system.Lstat("/srv"), StatusIs(absl::StatusCode::kAborted));
      EXPECT_THAT(system.Run({}), StatusIs(absl::StatusCode::kAborted));
      system.Restart();
      EXPECT_FALSE(system.crashed());
      EXPECT_OK(WriteThree(system));
      EXPECT_THAT(system.Snapshot("/srv"), SizeIs(4));
    }
  }
  FakeSystem system;
  system.AddDirectory("/srv");
  system.CrashAt(7);
  EXPECT_OK(WriteThree(system));
}

TEST(FakeSystemTest, WhatWasOpenBeforeARestartIsDead) {
  FakeSystem system;
  system.AddDirectory("/srv");
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<Directory> srv,
                       system.OpenDirectory("/srv"));
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<WritableFile> file,
                       srv->Create("a", 0644));
  system.Restart();
  EXPECT_THAT(srv->Lstat("a"), StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(srv->Sync(), StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(file->Append("x"), StatusIs(absl::StatusCode::kAborted));
}

TEST(FakeSystemTest, ReadsFollowLinksAndAreLogged) {
  FakeSystem system;
  system.AddFile("/etc/motd", "hello");
  system.AddSymlink("/motd", "etc/motd");
  EXPECT_THAT(system.ReadFile("/motd", 100), IsOkAndHolds("hello"));
  EXPECT_THAT(system.RealPath("/motd"), IsOkAndHolds("/etc/motd"));
  ASSERT_OK_AND_ASSIGN(absl::optional<FileMetadata> link,
                       system.Lstat("/motd"));
  EXPECT_EQ(link->type, FileType::kSymlink);
  ASSERT_OK_AND_ASSIGN(absl::optional<FileMetadata> file, system.Stat("/motd"));
  EXPECT_EQ(file->size, 5u);
  ASSERT_OK_AND_ASSIGN(absl::optional<FileMetadata> none, system.Stat("/x"));
  EXPECT_FALSE(none.has_value());
  EXPECT_THAT(system.ListDirectory("/etc"), IsOkAndHolds(SizeIs(1)));
  EXPECT_THAT(system.OpenDirectory("/motd"), HasDiagnosticId("host/missing"));
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<ByteSource> source,
                       system.OpenForReading("/etc/motd"));
  EXPECT_EQ(source->size(), 5u);
  EXPECT_THAT(
      system.reads(),
      ElementsAre("read /motd", "realpath /motd", "lstat /motd", "stat /motd",
                  "stat /x", "list /etc", "open /motd", "read /etc/motd"));
}

TEST(FakeSystemTest, CommandsAnswerByScript) {
  FakeSystem system;
  system.AddCommand({"/bin/tool"}, "any", 3);
  system.AddScript({"/bin/tool", "make"}, [&](const ProcessSpec& spec) {
    system.AddFile(spec.argv[2], "made");
    return ProcessResult();
  });
  ASSERT_OK_AND_ASSIGN(
      ProcessResult read,
      system.Run({.argv = {"/bin/tool", "x"}, .read_only = true}));
  EXPECT_EQ(read.standard_output, "any");
  EXPECT_EQ(read.status, 3);
  EXPECT_THAT(system.operations(), ElementsAre());

  EXPECT_OK(system.Run({.argv = {"/bin/tool", "make", "/made"}}));
  EXPECT_EQ(system.Content("/made"), "made");
  EXPECT_THAT(system.operations(), ElementsAre("run /bin/tool make /made"));
  EXPECT_THAT(system.runs(), SizeIs(2));
  EXPECT_THAT(system.Run({.argv = {"/bin/none"}}),
              HasDiagnosticId("host/missing"));

  system.CrashAt(1, CrashMode::kBefore);
  EXPECT_THAT(system.Run({.argv = {"/bin/tool", "make", "/no"}}),
              StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(system.Content("/no"), absl::nullopt);
  system.Restart();
  system.CrashAt(1, CrashMode::kDuring);
  EXPECT_THAT(system.Run({.argv = {"/bin/tool", "make", "/yes"}}),
              StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(system.Content("/yes"), "made");
}

TEST(FakeSystemTest, OutputIsHandedOnAsItComes) {
  FakeSystem system;
  system.AddCommand({"/bin/tool"}, "out");
  std::string seen;
  EXPECT_OK(
      system.Run({.argv = {"/bin/tool"},
                  .on_output = [&](bool is_stderr, absl::string_view bytes) {
                    seen += absl::StrCat(is_stderr ? "err:" : "out:", bytes);
                  }}));
  EXPECT_EQ(seen, "out:out");
}

TEST(FakeSystemTest, TheClockMovesOnlyWhenTold) {
  FakeSystem system;
  absl::Time start = system.WallClock();
  EXPECT_EQ(system.WallClock(), start);
  system.Advance(absl::Seconds(5));
  EXPECT_FALSE(system.Wait(absl::Seconds(2)));
  EXPECT_EQ(system.WallClock() - start, absl::Seconds(7));
  EXPECT_EQ(system.MonotonicClock(), absl::Seconds(7));
  system.RequestStopInWait(SIGTERM);
  EXPECT_TRUE(system.Wait(absl::Hours(1)));
  EXPECT_EQ(system.MonotonicClock(), absl::Seconds(7));
  EXPECT_EQ(system.stop_requests(), 1);
  EXPECT_EQ(system.stop_signal(), SIGTERM);
  system.RequestStop(SIGQUIT);
  EXPECT_EQ(system.stop_requests(), 3);
  system.Restart();
  EXPECT_EQ(system.stop_requests(), 0);
}

TEST(FakeSystemTest, SurroundingsAreAsSet) {
  FakeSystem system;
  system.SetVariable("A", "1");
  system.AddUser("app", 5);
  system.AddGroup("app", 6);
  EXPECT_EQ(system.Variable("A"), "1");
  EXPECT_EQ(system.Variable("B"), absl::nullopt);
  EXPECT_THAT(system.Environment(), SizeIs(1));
  EXPECT_EQ(system.UserId("app"), 5u);
  EXPECT_EQ(system.GroupId("app"), 6u);
  EXPECT_EQ(system.UserId("none"), absl::nullopt);
  EXPECT_EQ(system.names().os, "Linux");
  EXPECT_EQ(system.identity().user_name, "root");
  EXPECT_NE(system.RandomBytes(40), system.RandomBytes(40));
  EXPECT_EQ(FakeSystem().RandomBytes(8), FakeSystem().RandomBytes(8));
}

TEST(FakeSystemTest, SomebodyElseMayHoldALock) {
  FakeSystem system;
  system.HoldLock("/state/lock");
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<Directory> state,
                       system.OpenDirectory("/state"));
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<FileLock> lock,
                       state->TryLock("lock", false));
  EXPECT_EQ(lock, nullptr);
  system.ReleaseLock("/state/lock");
  ASSERT_OK_AND_ASSIGN(lock, state->TryLock("lock", false));
  EXPECT_NE(lock, nullptr);
}

TEST(FakeSystemTest, ReadsAFileWithItsOwnMetadata) {
  FakeSystem system;
  system.AddFile("/file", "abc", 0640);
  system.ChangeOwner("/file", 1000, 100);
  system.AddSymlink("/link", "file");
  ASSERT_OK_AND_ASSIGN(FileContent file,
                       system.ReadFileAndMetadata("/link", 3));
  EXPECT_EQ(file.content, "abc");
  EXPECT_EQ(file.metadata.mode, 0640u);
  EXPECT_EQ(file.metadata.uid, 1000u);
}

}  // namespace
}  // namespace provision
