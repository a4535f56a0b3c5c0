#include "tools/crash/disk_model.h"

#include <sys/stat.h>
#include <sys/syscall.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "core/testing/testing.h"
#include "tools/crash/mutating_calls.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class DiskModelTest : public ::testing::Test {
 protected:
  DiskModelTest() : folder_(absl::StrCat(::testing::TempDir(), "disk")) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }

  TracedCall Call(int number, const std::string& name,
                  const FileState& after = {}) const {
    TracedCall call;
    call.call = FindMutatingCall(number);
    call.path = name.empty() ? folder_ : absl::StrCat(folder_, "/", name);
    call.after = after;
    return call;
  }
  TracedCall Create(const std::string& name) const {
    return Call(SYS_openat, name, File(""));
  }
  TracedCall Write(const std::string& name, const std::string& content) const {
    return Call(SYS_write, name, File(content));
  }
  TracedCall Rename(const std::string& from, const std::string& to) const {
    TracedCall call = Call(SYS_renameat, from);
    call.second_path = absl::StrCat(folder_, "/", to);
    return call;
  }
  static FileState File(const std::string& content) {
    return {FileState::Kind::kFile, 0644, content};
  }

  // Names and contents that are left if of the loose changes the `kept` ones
  // are kept, as "1011".
  std::map<std::string, std::string> Left(const std::vector<TracedCall>& calls,
                                          const std::string& kept) {
    DiskModel disk(folder_, content_);
    for (const TracedCall& call : calls) disk.Apply(call);
    size_t asked = 0;
    EXPECT_OK(disk.Leave([&] { return kept.at(asked++) == '1'; }));
    EXPECT_EQ(asked, kept.size());
    std::map<std::string, std::string> left;
    for (const auto& [path, state] : ReadDisk(folder_)) {
      if (path != folder_)
        left[path.substr(folder_.size() + 1)] = state.content;
    }
    return left;
  }

  const std::string folder_;
  DiskContent content_ = {{folder_, {FileState::Kind::kDirectory, 0755, ""}}};
};

TEST_F(DiskModelTest, WhatIsNotSyncedMayBeLostOneByOne) {
  const std::vector<TracedCall> calls = {Create("a"), Write("a", "A")};
  EXPECT_THAT(Left(calls, "00"), IsEmpty());
  EXPECT_THAT(Left(calls, "01"), IsEmpty());
  EXPECT_THAT(Left(calls, "10"), ElementsAre(Pair("a", "")));
  EXPECT_THAT(Left(calls, "11"), ElementsAre(Pair("a", "A")));
}

TEST_F(DiskModelTest, ASyncOfAFileIsNotOneOfItsName) {
  const std::vector<TracedCall> calls = {Create("a"), Write("a", "A"),
                                         Call(SYS_fsync, "a")};
  EXPECT_THAT(Left(calls, "0"), IsEmpty());
  EXPECT_THAT(Left(calls, "1"), ElementsAre(Pair("a", "A")));
}

TEST_F(DiskModelTest, ASyncOfAFolderIsNotOneOfWhatIsInIt) {
  const std::vector<TracedCall> calls = {Create("a"), Write("a", "A"),
                                         Call(SYS_fsync, "")};
  EXPECT_THAT(Left(calls, "0"), ElementsAre(Pair("a", "")));
  EXPECT_THAT(Left(calls, "1"), ElementsAre(Pair("a", "A")));
}

TEST_F(DiskModelTest, ARenameIsWholeOrNotThere) {
  content_[folder_ + "/a"] = File("old");
  content_[folder_ + "/new"] = File("new");
  const std::vector<TracedCall> calls = {Rename("new", "a")};
  EXPECT_THAT(Left(calls, "0"),
              ElementsAre(Pair("a", "old"), Pair("new", "new")));
  EXPECT_THAT(Left(calls, "1"), ElementsAre(Pair("a", "new")));
}

TEST_F(DiskModelTest, AFileIsFollowedUnderItsNewName) {
  const std::vector<TracedCall> calls = {Create("t"), Call(SYS_fsync, ""),
                                         Rename("t", "a"), Write("a", "A"),
                                         Call(SYS_syncfs, "")};
  EXPECT_THAT(Left(calls, ""), ElementsAre(Pair("a", "A")));
}

TEST_F(DiskModelTest, WhatWentBeforeASyncedMoveIsSynced) {
  content_[folder_ + "/from"] = content_[folder_];
  content_[folder_ + "/to"] = content_[folder_];
  EXPECT_THAT(
      Left({Create("from/a"), Rename("from/a", "to/a"), Call(SYS_fsync, "to")},
           ""),
      ElementsAre(Pair("from", ""), Pair("to", ""), Pair("to/a", "")));
}

TEST_F(DiskModelTest, AMoveThatWasLostIsNotGoneOnFrom) {
  content_[folder_ + "/a"] = File("A");
  EXPECT_THAT(Left({Rename("a", "b"), Rename("b", "c")}, "01"),
              ElementsAre(Pair("a", "A")));
  EXPECT_THAT(Left({Rename("a", "b"), Rename("b", "c")}, "10"),
              ElementsAre(Pair("b", "A")));
}

TEST_F(DiskModelTest, WhatStaysStaysTheSameFile) {
  std::filesystem::create_directory(folder_ + "/a");
  const auto inode = [&](const char* name) {
    struct stat status = {};
    EXPECT_EQ(stat(absl::StrCat(folder_, "/", name).c_str(), &status), 0);
    return status.st_ino;
  };
  const ino_t before = inode("a");
  DiskModel disk(folder_, ReadDisk(folder_));
  ASSERT_EQ(rename((folder_ + "/a").c_str(), (folder_ + "/b").c_str()), 0);
  disk.Apply(Rename("a", "b"));
  ASSERT_OK(disk.Leave([] { return false; }));
  EXPECT_EQ(inode("a"), before);
}

TEST_F(DiskModelTest, WhatIsGoneMayComeBack) {
  content_[folder_ + "/a"] = File("A");
  EXPECT_THAT(Left({Call(SYS_unlinkat, "a")}, "0"),
              ElementsAre(Pair("a", "A")));
  EXPECT_THAT(Left({Call(SYS_unlinkat, "a"), Call(SYS_fsync, "")}, ""),
              IsEmpty());
}

TEST_F(DiskModelTest, WhatFailedChangesNothing) {
  TracedCall failed = Create("a");
  failed.result = -1;
  EXPECT_THAT(Left({failed}, ""), IsEmpty());
}

TEST_F(DiskModelTest, WhatIsOutsideOfTheMachineStays) {
  DiskModel disk(folder_, content_);
  disk.NeverLoses(folder_ + "/ledger");
  disk.Apply(Create("ledger"));
  disk.Apply(Write("ledger", "one"));
  ASSERT_OK(disk.Leave([] { return false; }));
  EXPECT_EQ(ReadState(folder_ + "/ledger").content, "one");
}

}  // namespace
}  // namespace provision
