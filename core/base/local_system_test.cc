#include "core/base/local_system.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "core/base/path.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::HasSubstr;

class LocalSystemTest : public testing::Test {
 protected:
  std::string Path(const std::string& name) const {
    return folder_.path() + "/" + name;
  }

  TemporaryFolder folder_;
  std::unique_ptr<System> system_ = NewLocalSystem();
};

TEST_F(LocalSystemTest, StatFollowsLinksAndLstatDoesNot) {
  folder_.Write("file", "abc");
  ASSERT_EQ(symlink("file", Path("link").c_str()), 0);
  ASSERT_EQ(symlink("nowhere", Path("dangling").c_str()), 0);
  EXPECT_EQ(system_->Stat(Path("link")).value()->size, 3u);
  ASSERT_OK_AND_ASSIGN(absl::optional<FileMetadata> link,
                       system_->Lstat(Path("link")));
  EXPECT_EQ(link->type, FileType::kSymlink);
  EXPECT_EQ(link->target, "file");
  EXPECT_TRUE(system_->Lstat(Path("dangling")).value().has_value());
  EXPECT_FALSE(system_->Stat(Path("dangling")).value().has_value());
  EXPECT_FALSE(system_->Stat(Path("file/below")).value().has_value());
}

TEST_F(LocalSystemTest, ReadsFilesThroughLinks) {
  folder_.Write("file", "0123456789");
  ASSERT_EQ(symlink("file", Path("link").c_str()), 0);
  EXPECT_THAT(system_->ReadFile(Path("link"), 10), IsOkAndHolds("0123456789"));
  EXPECT_THAT(system_->ReadFile(Path("link"), 3),
              StatusIs(absl::StatusCode::kOutOfRange));
  // A file whose size the kernel does not tell.
  EXPECT_THAT(system_->ReadFile("/proc/self/stat", 1 << 16),
              IsOkAndHolds(HasSubstr(absl::StrCat(getpid()))));
  EXPECT_THAT(system_->ReadFile(Path("none"), 3),
              HasDiagnosticId("host/missing"));
  EXPECT_THAT(system_->ReadFile("/dev/null", 3),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("not a regular file")));
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<ByteSource> source,
                       system_->OpenForReading(Path("link")));
  EXPECT_EQ(source->size(), 10u);
}

TEST_F(LocalSystemTest, ReadsAFileWithItsOwnMetadata) {
  folder_.Write("file", "0123456789");
  ASSERT_EQ(chmod(Path("file").c_str(), 0640), 0);
  ASSERT_EQ(symlink("file", Path("link").c_str()), 0);
  ASSERT_OK_AND_ASSIGN(FileContent file,
                       system_->ReadFileAndMetadata(Path("link"), 10));
  EXPECT_EQ(file.content, "0123456789");
  EXPECT_EQ(file.metadata.type, FileType::kRegular);
  EXPECT_EQ(file.metadata.mode, 0640u);
  EXPECT_EQ(file.metadata.uid, geteuid());
  EXPECT_THAT(system_->ReadFileAndMetadata(Path("link"), 9),
              StatusIs(absl::StatusCode::kOutOfRange));
}

TEST_F(LocalSystemTest, ListsAndResolves) {
  folder_.Write("d/b", "");
  folder_.Write("d/a", "");
  ASSERT_EQ(symlink("d", Path("link").c_str()), 0);
  EXPECT_THAT(system_->ListDirectory(Path("link")),
              IsOkAndHolds(std::vector<DirectoryEntry>{
                  {"a", FileType::kRegular}, {"b", FileType::kRegular}}));
  ASSERT_OK_AND_ASSIGN(std::string real, system_->RealPath(Path("link/a")));
  EXPECT_EQ(BaseName(ParentPath(real)), "d");
  EXPECT_THAT(system_->RealPath(Path("link/none")),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(LocalSystemTest, OpensADirectoryThroughOwnLinks) {
  folder_.Write("d/a", "x");
  ASSERT_EQ(symlink("d", Path("link").c_str()), 0);
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<Directory> directory,
                       system_->OpenDirectory(Path("link")));
  EXPECT_EQ(directory->path(), system_->RealPath(Path("d")).value());
  EXPECT_THAT(directory->ReadFile("a", 9), IsOkAndHolds("x"));
}

TEST_F(LocalSystemTest, SpaceIsThatOfTheNearestFolderThatExists) {
  ASSERT_OK_AND_ASSIGN(FileSystemSpace here, system_->SpaceAt(folder_.path()));
  ASSERT_OK_AND_ASSIGN(FileSystemSpace later, system_->SpaceAt(Path("a/b/c")));
  EXPECT_EQ(here.type, later.type);
  EXPECT_EQ(here.total_inodes, later.total_inodes);
  EXPECT_GT(here.free_bytes, 0u);
}

TEST_F(LocalSystemTest, TellsTheEnvironment) {
  ASSERT_EQ(setenv("PROVISION_TEST_VARIABLE", "a=b", 1), 0);
  EXPECT_EQ(system_->Variable("PROVISION_TEST_VARIABLE"), "a=b");
  EXPECT_EQ(system_->Environment()["PROVISION_TEST_VARIABLE"], "a=b");
  unsetenv("PROVISION_TEST_VARIABLE");
  EXPECT_EQ(system_->Variable("PROVISION_TEST_VARIABLE"), absl::nullopt);
  EXPECT_EQ(system_->WorkingDirectory(), system_->RealPath(".").value());
}

TEST_F(LocalSystemTest, TellsTheUser) {
  const Identity identity = system_->identity();
  EXPECT_EQ(identity.uid, geteuid());
  EXPECT_EQ(identity.gid, getegid());
  EXPECT_EQ(system_->UserId("root"), 0u);
  EXPECT_EQ(system_->GroupId("root"), 0u);
  EXPECT_EQ(system_->UserId("no such user"), absl::nullopt);
  EXPECT_EQ(system_->GroupId("no such group"), absl::nullopt);
  struct utsname names;
  ASSERT_EQ(uname(&names), 0);
  EXPECT_EQ(system_->names().os, "Linux");
  EXPECT_EQ(system_->names().release, names.release);
}

TEST_F(LocalSystemTest, TheClockDoesNotGoBackAndRandomBytesDiffer) {
  absl::Duration last = system_->MonotonicClock();
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const absl::Duration now = system_->MonotonicClock();
    EXPECT_GE(now, last);
    last = now;
    seen.insert(system_->RandomBytes(16));
  }
  EXPECT_EQ(seen.size(), 100u);
  EXPECT_EQ(system_->RandomBytes(1000).size(), 1000u);
  EXPECT_EQ(system_->RandomBytes(0), "");
}

}  // namespace
}  // namespace provision
