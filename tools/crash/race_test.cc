// T13: while the program works, somebody exchanges what it is about to open for
// something else, again and again. Nothing outside may change, and exit 0 means
// what it always means.
//
// PROVISION_RACE_RUNS sets how many runs each exchange is tried against
// (default 8).

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/testing/testing.h"
#include "tools/crash/crash_fixture.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

constexpr char kVictim[] = "nobody may change this";
constexpr int kThreads = 8;

int Runs() {
  const char* text = std::getenv("PROVISION_RACE_RUNS");
  return text == nullptr ? 8 : std::atoi(text);
}

void Write(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

std::string Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

void Exchange(const std::string& one, const std::string& other) {
  renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE);
}

// Does something in several threads at once until it is destroyed.
class Meanwhile {
 public:
  explicit Meanwhile(const std::function<void(int)>& something) {
    for (int i = 0; i < kThreads; ++i) {
      threads_.emplace_back([this, something, i] {
        while (!stop_) {
          something(i);
          // Two processors: leave one to the program now and then.
          std::this_thread::yield();
        }
      });
    }
  }
  ~Meanwhile() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  std::atomic<bool> stop_ = false;
  std::vector<std::thread> threads_;
};

class RaceTest : public ::testing::Test {
 protected:
  // A plan in an empty workspace, and beside it what must not change.
  void Prepare(const std::string& steps) {
    ReferencePlan plan;
    plan.text = absl::StrCat("name: \"race\"\n", steps);
    ASSERT_OK(workspace_.Prepare(plan));
    fs::create_directories(Path("outside"));
    Write(Path("outside/victim"), kVictim);
    chmod(Path("outside/victim").c_str(), 0640);
  }
  std::string Path(const std::string& name) const {
    return absl::StrCat(workspace_.folder(), "/", name);
  }
  int Apply() const { return ExitCodeOf(StartApply(workspace_)); }

  void NothingOutsideChanged() const {
    EXPECT_EQ(Read(Path("outside/victim")), kVictim);
    struct stat status = {};
    ASSERT_EQ(stat(Path("outside/victim").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0640u);
    size_t names = 0;
    for (const auto& entry : fs::directory_iterator(Path("outside"))) {
      ++names;
      EXPECT_EQ(entry.path().filename(), "victim");
    }
    EXPECT_EQ(names, 1u);
  }

  Workspace workspace_ = NewWorkspace();
};

// One plan or the other, never a mixture.
TEST_F(RaceTest, APlanIsOnePlan) {
  const auto steps = [](const std::string& content) {
    return absl::StrReplaceAll(
        R"(step { name: "s" [provision.files] {
             file { path: "a" content: "$" } file { path: "b" content: "$" } } }
        )",
        {{"$", content}});
  };
  ASSERT_NO_FATAL_FAILURE(Prepare(steps("one")));
  const std::string plan = Path("tree/plan.textproto");
  Write(Path("other"), absl::StrCat("name: \"race\"\n", steps("other")));
  Meanwhile exchanges([&](int) { Exchange(plan, Path("other")); });
  for (int i = 0; i < Runs(); ++i) {
    EXPECT_EQ(Apply(), 0) << workspace_.Output();
    EXPECT_EQ(Read(Path("tree/a")), Read(Path("tree/b")));
  }
}

TEST_F(RaceTest, ALinkInPlaceOfTheLockIsNotFollowed) {
  ASSERT_NO_FATAL_FAILURE(Prepare(
      R"(step { name: "s" [provision.files] { file { path: "a" content: "A" } } })"));
  ASSERT_EQ(Apply(), 0) << workspace_.Output();
  for (const char* name : {"lock", "children.lock", "current"}) {
    const std::string link = Path(absl::StrCat("state/", name, ".link"));
    ASSERT_EQ(symlink(Path("outside/victim").c_str(), link.c_str()), 0);
    {
      Meanwhile exchanges(
          [&](int) { Exchange(Path(absl::StrCat("state/", name)), link); });
      for (int i = 0; i < Runs(); ++i) {
        unlink(Path("tree/a").c_str());
        Apply();
        NothingOutsideChanged();
      }
    }
    // Whichever is the link goes.
    if (!fs::is_symlink(link))
      Exchange(Path(absl::StrCat("state/", name)), link);
    unlink(link.c_str());
  }
  EXPECT_EQ(Apply(), 0) << workspace_.Output();
}

TEST_F(RaceTest, ALinkInPlaceOfATemporaryIsNotFollowed) {
  ASSERT_NO_FATAL_FAILURE(Prepare(
      R"(step { name: "s" [provision.files] {
           file { path: "old" content: "new" mode: "0600" } } })"));
  for (int i = 0; i < kThreads; ++i) {
    ASSERT_EQ(symlink(Path("outside/victim").c_str(),
                      Path(absl::StrCat("link", i)).c_str()),
              0);
  }
  Meanwhile exchanges([&](int i) {
    DIR* tree = opendir(workspace_.tree().c_str());
    if (tree == nullptr) return;
    while (const dirent* entry = readdir(tree)) {
      if (!absl::StartsWith(entry->d_name, ".provision-")) continue;
      Exchange(Path(absl::StrCat("tree/", entry->d_name)),
               Path(absl::StrCat("link", i)));
    }
    closedir(tree);
  });
  for (int i = 0; i < Runs(); ++i) {
    const std::string file = Path("tree/old");
    unlink(file.c_str());
    const int code = Apply();
    NothingOutsideChanged();
    if (code != 0) continue;
    EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(file)));
    EXPECT_EQ(Read(file), "new");
  }
}

// Of somebody else, for a user's own links are followed.
TEST_F(RaceTest, AForeignLinkInPlaceOfAFolderIsNotFollowed) {
  ASSERT_NO_FATAL_FAILURE(Prepare(
      R"(step { name: "s" [provision.files] {
           file { path: "kept/d" content: "D" }
           file { path: "kept/victim" content: "V" }
           absent { path: "kept/k" } } })"));
  ASSERT_EQ(symlink(Path("outside").c_str(), Path("link").c_str()), 0);
  if (lchown(Path("link").c_str(), 65534, 65534) != 0) {
    GTEST_SKIP() << "a link cannot be given away";
  }
  Meanwhile exchanges([&](int) { Exchange(Path("tree/kept"), Path("link")); });
  for (int i = 0; i < Runs(); ++i) {
    Apply();
    NothingOutsideChanged();
  }
}

}  // namespace
}  // namespace provision
