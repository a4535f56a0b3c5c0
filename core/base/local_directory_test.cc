#include "core/base/local_directory.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::HasSubstr;
using ::testing::IsNull;

// Every test with both ways of opening names.
class LocalDirectoryTest : public testing::TestWithParam<BeneathMeans> {
 protected:
  void SetUp() override {
    directory_ = Open(folder_.path());
    ASSERT_OK(directory_->MakeDirectory("sub", 0755));
  }

  std::unique_ptr<Directory> Open(const std::string& path) {
    Descriptor descriptor(
        open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    EXPECT_TRUE(descriptor.valid());
    return NewLocalDirectory(std::move(descriptor), path, GetParam());
  }

  std::string Path(const std::string& name) const {
    return folder_.path() + "/" + name;
  }

  void MakeLink(const std::string& target, const std::string& name) {
    ASSERT_EQ(symlink(target.c_str(), Path(name).c_str()), 0);
  }

  uint32_t ModeOf(const std::string& name) {
    struct stat status;
    EXPECT_EQ(lstat(Path(name).c_str(), &status), 0) << name;
    return status.st_mode & 07777;
  }

  void Write(absl::string_view name, absl::string_view content) {
    ASSERT_OK_AND_ASSIGN(std::unique_ptr<WritableFile> file,
                         directory_->Create(name, 0644));
    ASSERT_OK(file->Append(content));
  }

  TemporaryFolder folder_;
  std::unique_ptr<Directory> directory_;
};

INSTANTIATE_TEST_SUITE_P(Means, LocalDirectoryTest,
                         testing::Values(BestBeneathMeans(),
                                         BeneathMeans::kComponents));

TEST_P(LocalDirectoryTest, NamesThatAreNotBeneathAreRefused) {
  for (const std::string& name :
       {std::string(""), std::string("/etc"), std::string(".."),
        std::string("sub/.."), std::string("sub/../../x"), std::string("a//b"),
        std::string("a/"), std::string("./a"), std::string("a\0b", 3)}) {
    const auto refused = StatusIs(absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(directory_->Lstat(name), refused) << name;
    EXPECT_THAT(directory_->ReadFile(name, 10), refused) << name;
    EXPECT_THAT(directory_->OpenForReading(name), refused) << name;
    EXPECT_THAT(directory_->OpenDirectory(name), refused) << name;
    EXPECT_THAT(directory_->Create(name, 0600), refused) << name;
    EXPECT_THAT(directory_->OpenForAppending(name), refused) << name;
    EXPECT_THAT(directory_->MakeDirectory(name, 0700), refused) << name;
    EXPECT_THAT(directory_->MakeSymlink("x", name), refused) << name;
    EXPECT_THAT(directory_->Remove(name), refused) << name;
    EXPECT_THAT(directory_->SetMode(name, 0700), refused) << name;
    EXPECT_THAT(directory_->SetOwner(name, 0, 0), refused) << name;
    EXPECT_THAT(directory_->SyncFile(name), refused) << name;
    EXPECT_THAT(directory_->TryLock(name, false), refused) << name;
    EXPECT_THAT(directory_->Rename(name, *directory_, "y",
                                   Directory::RenameMode::kReplace),
                refused)
        << name;
    EXPECT_THAT(directory_->Rename("sub", *directory_, name,
                                   Directory::RenameMode::kReplace),
                refused)
        << name;
  }
}

TEST_P(LocalDirectoryTest, NeverGoesThroughALink) {
  TemporaryFolder outside;
  outside.Write("secret", "untouched");
  MakeLink(outside.path(), "link");
  MakeLink(outside.path() + "/secret", "file_link");

  const auto refused = HasDiagnosticId("host/link");
  EXPECT_THAT(directory_->Lstat("link/secret"), refused);
  EXPECT_THAT(directory_->ReadFile("link/secret", 99), refused);
  EXPECT_THAT(directory_->ReadFile("file_link", 99), refused);
  EXPECT_THAT(directory_->OpenForReading("file_link"), refused);
  EXPECT_THAT(directory_->OpenDirectory("link"), refused);
  EXPECT_THAT(directory_->Create("link/new", 0600), refused);
  EXPECT_THAT(directory_->OpenForAppending("file_link"), refused);
  EXPECT_THAT(directory_->MakeDirectory("link/new", 0700), refused);
  EXPECT_THAT(directory_->MakeSymlink("x", "link/new"), refused);
  EXPECT_THAT(directory_->Remove("link/secret"), refused);
  EXPECT_THAT(directory_->SetMode("file_link", 0777), refused);
  EXPECT_THAT(directory_->SetMode("link/secret", 0777), refused);
  EXPECT_THAT(directory_->SyncFile("file_link"), refused);
  EXPECT_THAT(directory_->TryLock("file_link", false), refused);
  EXPECT_THAT(directory_->Rename("link/secret", *directory_, "got",
                                 Directory::RenameMode::kReplace),
              refused);
  EXPECT_THAT(directory_->Create("file_link", 0600),
              StatusIs(absl::StatusCode::kAlreadyExists));

  EXPECT_EQ(outside.Read("secret"), "untouched");
  EXPECT_EQ(Open(outside.path())->List()->size(), 1u);
}

TEST_P(LocalDirectoryTest, LstatTellsWhatIsThere) {
  Write("sub/file", "abc");
  MakeLink("some/where", "link");
  ASSERT_EQ(mkfifo(Path("pipe").c_str(), 0600), 0);

  ASSERT_OK_AND_ASSIGN(absl::optional<FileMetadata> file,
                       directory_->Lstat("sub/file"));
  EXPECT_EQ(file->type, FileType::kRegular);
  EXPECT_EQ(file->size, 3u);
  EXPECT_EQ(file->mode, 0644u);
  EXPECT_EQ(file->link_count, 1u);
  EXPECT_EQ(file->uid, geteuid());
  ASSERT_OK_AND_ASSIGN(absl::optional<FileMetadata> link,
                       directory_->Lstat("link"));
  EXPECT_EQ(link->type, FileType::kSymlink);
  EXPECT_EQ(link->target, "some/where");
  EXPECT_EQ(directory_->Lstat("sub").value()->type, FileType::kDirectory);
  EXPECT_EQ(directory_->Lstat("pipe").value()->type, FileType::kOther);
  for (const char* name : {"missing", "missing/deeper", "sub/file/deeper"}) {
    ASSERT_OK_AND_ASSIGN(absl::optional<FileMetadata> none,
                         directory_->Lstat(name));
    EXPECT_FALSE(none.has_value()) << name;
  }
}

TEST_P(LocalDirectoryTest, ReadsRegularFilesOnly) {
  Write("file", "0123456789");
  ASSERT_EQ(mkfifo(Path("pipe").c_str(), 0600), 0);
  EXPECT_THAT(directory_->ReadFile("file", 10), IsOkAndHolds("0123456789"));
  EXPECT_THAT(directory_->ReadFile("file", 9),
              StatusIs(absl::StatusCode::kOutOfRange, HasSubstr("9 bytes")));
  EXPECT_THAT(directory_->ReadFile("missing", 9),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(directory_->ReadFile("pipe", 9),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("not a regular file")));
  EXPECT_THAT(directory_->ReadFile("sub", 9),
              StatusIs(absl::StatusCode::kFailedPrecondition));

  ASSERT_OK_AND_ASSIGN(std::unique_ptr<ByteSource> source,
                       directory_->OpenForReading("file"));
  std::string part(4, '.');
  EXPECT_EQ(source->size(), 10u);
  ASSERT_OK(source->ReadAt(3, absl::MakeSpan(part)));
  EXPECT_EQ(part, "3456");
  EXPECT_THAT(source->ReadAt(7, absl::MakeSpan(part)),
              StatusIs(absl::StatusCode::kOutOfRange));
}

TEST_P(LocalDirectoryTest, ListsSortedAndAgain) {
  Write("b", "");
  MakeLink("x", "a");
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(directory_->List(), IsOkAndHolds(std::vector<DirectoryEntry>{
                                        {"a", FileType::kSymlink},
                                        {"b", FileType::kRegular},
                                        {"sub", FileType::kDirectory}}));
  }
}

TEST_P(LocalDirectoryTest, ModesAreExactWhateverTheUmask) {
  for (mode_t mask : {0, 022, 077, 0777}) {
    const mode_t before = umask(mask);
    const std::string suffix = absl::StrCat(mask);
    for (uint32_t mode : {0600, 0644, 0755, 0400, 01777, 02775}) {
      const std::string name = absl::StrCat(mode, "_", suffix);
      EXPECT_OK(directory_->Create("f" + name, mode).status());
      EXPECT_OK(directory_->MakeDirectory("d" + name, mode));
      EXPECT_EQ(ModeOf("f" + name), mode);
      EXPECT_EQ(ModeOf("d" + name), mode);
    }
    umask(before);
  }
  EXPECT_OK(directory_->SetMode("sub", 0711));
  EXPECT_EQ(ModeOf("sub"), 0711u);
}

TEST_P(LocalDirectoryTest, CreateIsExclusive) {
  Write("a", "old");
  EXPECT_THAT(directory_->Create("a", 0600),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(directory_->MakeDirectory("a", 0700),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(directory_->MakeSymlink("x", "a"),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_EQ(folder_.Read("a"), "old");
}

TEST_P(LocalDirectoryTest, AppendsReservesAndTruncates) {
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<WritableFile> file,
                       directory_->Create("log", 0600));
  ASSERT_OK(file->Append("one"));
  ASSERT_OK(file->Reserve(1 << 20));
  ASSERT_OK(file->Append("two"));
  ASSERT_OK(file->Sync());
  EXPECT_THAT(file->Size(), IsOkAndHolds(6u));
  ASSERT_OK(file->Truncate(4));
  ASSERT_OK(file->Append("!"));
  EXPECT_EQ(folder_.Read("log"), "onet!");

  ASSERT_OK_AND_ASSIGN(std::unique_ptr<WritableFile> again,
                       directory_->OpenForAppending("log"));
  ASSERT_OK(again->Append("more"));
  ASSERT_OK(again->Sync());
  EXPECT_EQ(folder_.Read("log"), "onet!more");
}

TEST_P(LocalDirectoryTest, AppendsOnlyToAFileWithOneName) {
  Write("a", "");
  ASSERT_EQ(link(Path("a").c_str(), Path("b").c_str()), 0);
  ASSERT_EQ(mkfifo(Path("pipe").c_str(), 0600), 0);
  for (const char* name : {"a", "b", "pipe"}) {
    EXPECT_THAT(directory_->OpenForAppending(name),
                StatusIs(absl::StatusCode::kFailedPrecondition))
        << name;
  }
  EXPECT_THAT(directory_->OpenForAppending("none"),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(LocalDirectoryTest, RenamesBetweenDirectories) {
  using Mode = Directory::RenameMode;
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<Directory> sub,
                       directory_->OpenDirectory("sub"));
  EXPECT_EQ(sub->path(), Path("sub"));
  Write("a", "new");
  Write("sub/b", "old");
  EXPECT_THAT(directory_->Rename("a", *sub, "b", Mode::kNoReplace),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_EQ(folder_.Read("sub/b"), "old");
  EXPECT_OK(directory_->Rename("a", *sub, "c", Mode::kNoReplace));
  EXPECT_OK(directory_->Rename("sub/c", *sub, "b", Mode::kReplace));
  EXPECT_EQ(folder_.Read("sub/b"), "new");
  EXPECT_THAT(directory_->Rename("a", *sub, "d", Mode::kReplace),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(LocalDirectoryTest, RemovesFilesLinksAndEmptyDirectories) {
  Write("sub/file", "");
  MakeLink("sub", "link");
  EXPECT_THAT(directory_->Remove("sub"),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_OK(directory_->Remove("link"));
  EXPECT_OK(directory_->Remove("sub/file"));
  EXPECT_OK(directory_->Remove("sub"));
  EXPECT_THAT(directory_->Remove("sub"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_TRUE(directory_->List()->empty());
}

TEST_P(LocalDirectoryTest, SetsTheOwnerOfALinkItself) {
  MakeLink("sub", "link");
  const uint32_t me = geteuid();
  const uint32_t mine = getegid();
  EXPECT_OK(directory_->SetOwner("link", me, mine));
  EXPECT_OK(directory_->SetOwner("sub", me, mine));
  const uint32_t other = 4242;
  const absl::Status status = directory_->SetOwner("link", other, other);
  if (!status.ok()) {  // not root, or root of a small user namespace
    EXPECT_TRUE(absl::IsPermissionDenied(status) ||
                absl::IsFailedPrecondition(status))
        << status;
    return;
  }
  EXPECT_EQ(directory_->Lstat("link").value()->uid, other);
  EXPECT_EQ(directory_->Lstat("sub").value()->uid, me);
}

TEST_P(LocalDirectoryTest, Syncs) {
  Write("sub/file", "x");
  MakeLink("x", "link");
  EXPECT_OK(directory_->Sync());
  EXPECT_OK(directory_->SyncFile("sub/file"));
  EXPECT_OK(directory_->SyncFile("sub"));
  EXPECT_OK(directory_->SyncFileSystem());
  EXPECT_THAT(directory_->SyncFile("none"),
              StatusIs(absl::StatusCode::kNotFound));
}

// A limit of 4,096 bytes makes the write of 5,000 short, and the next fails.
TEST_P(LocalDirectoryTest, AShortWriteGoesOnAndAFullDiskIsNoSpace) {
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    const struct rlimit limit = {4096, 4096};
    setrlimit(RLIMIT_FSIZE, &limit);
    absl::StatusOr<std::unique_ptr<WritableFile>> file =
        directory_->Create("big", 0600);
    if (!file.ok()) _exit(100);
    const absl::Status status = (*file)->Append(std::string(5000, 'x'));
    if (DiagnosticId(status) != "host/no-space") _exit(101);
    _exit((*file)->Size().value() == 4096 ? 0 : 102);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

// ---- locks ----

TEST_P(LocalDirectoryTest, ALockIsExclusiveUntilItGoes) {
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<FileLock> first,
                       directory_->TryLock("lock", false));
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->descriptor(), -1);
  EXPECT_EQ(ModeOf("lock"), 0600u);
  // Even for the same process: the lock is the open file's.
  EXPECT_THAT(directory_->TryLock("lock", true), IsOkAndHolds(IsNull()));
  first.reset();
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<FileLock> second,
                       directory_->TryLock("lock", true));
  ASSERT_NE(second, nullptr);
  EXPECT_GE(second->descriptor(), 0);
  EXPECT_NE(fcntl(second->descriptor(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST_P(LocalDirectoryTest, AKilledHolderHoldsNoLonger) {
  int ready[2];
  ASSERT_EQ(pipe2(ready, O_CLOEXEC), 0);
  const pid_t child = fork();
  if (child == 0) {
    absl::StatusOr<std::unique_ptr<FileLock>> lock =
        directory_->TryLock("lock", false);
    const char answer = lock.ok() && *lock != nullptr ? 'y' : 'n';
    if (write(ready[1], &answer, 1) == 1) pause();
    _exit(0);
  }
  char answer = 0;
  ASSERT_EQ(read(ready[0], &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
  EXPECT_THAT(directory_->TryLock("lock", false), IsOkAndHolds(IsNull()));
  kill(child, SIGKILL);
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  EXPECT_NE(directory_->TryLock("lock", false).value(), nullptr);
  close(ready[0]);
  close(ready[1]);
}

TEST_P(LocalDirectoryTest, LocksNothingButAFileOfItsOwn) {
  ASSERT_EQ(mkfifo(Path("pipe").c_str(), 0600), 0);
  Write("a", "");
  ASSERT_EQ(link(Path("a").c_str(), Path("b").c_str()), 0);
  for (const char* name : {"pipe", "a", "sub"}) {
    EXPECT_THAT(directory_->TryLock(name, false),
                StatusIs(absl::StatusCode::kFailedPrecondition))
        << name;
  }
}

// ---- the race of reliability.md 14.2 T13 ----

// One thread exchanges a directory with a link that leads out, without a pause,
// while files are made "below" the directory. None may arrive outside.
TEST_P(LocalDirectoryTest, AnExchangedComponentLeadsNowhere) {
  TemporaryFolder outside;
  MakeLink(outside.path(), "trap");
  std::atomic<bool> done = false;
  std::thread attacker([&] {
    while (!done) {
      syscall(SYS_renameat2, AT_FDCWD, Path("sub").c_str(), AT_FDCWD,
              Path("trap").c_str(), RENAME_EXCHANGE);
    }
  });
  int made = 0;
  int refused = 0;
  for (int i = 0; i < 200000 && (made < 200 || refused < 200); ++i) {
    absl::StatusOr<std::unique_ptr<WritableFile>> file =
        directory_->Create(absl::StrCat("sub/f", i), 0600);
    file.ok() ? ++made : ++refused;
  }
  done = true;
  attacker.join();
  EXPECT_GE(made, 200);
  EXPECT_GE(refused, 200);
  EXPECT_TRUE(Open(outside.path())->List()->empty());
}

}  // namespace
}  // namespace provision
