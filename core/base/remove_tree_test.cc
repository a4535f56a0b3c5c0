#include "core/base/remove_tree.h"

#include <memory>

#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::IsEmpty;

TEST(RemoveTreeTest, RemovesWhatIsThereAndNothingElse) {
  FakeSystem system;
  system.AddFile("/d/tree/a", "a");
  system.AddFile("/d/tree/b/c/d", "d");
  system.AddFile("/d/kept", "k");
  system.AddDirectory("/elsewhere");
  system.AddFile("/elsewhere/x", "x");
  system.AddSymlink("/d/tree/b/out", "/elsewhere");
  std::unique_ptr<Directory> directory = *system.OpenDirectory("/d");
  ASSERT_OK(RemoveTree(*directory, "tree"));
  EXPECT_EQ(system.Snapshot("/d/tree").size(), 0);
  EXPECT_EQ(system.Content("/d/kept"), "k");
  EXPECT_EQ(system.Content("/elsewhere/x"), "x");
}

TEST(RemoveTreeTest, AFileALinkAndNothing) {
  FakeSystem system;
  system.AddFile("/d/file", "f");
  system.AddSymlink("/d/link", "/d/file");
  std::unique_ptr<Directory> directory = *system.OpenDirectory("/d");
  ASSERT_OK(RemoveTree(*directory, "link"));
  EXPECT_EQ(system.Content("/d/file"), "f");
  ASSERT_OK(RemoveTree(*directory, "file"));
  system.ClearLogs();
  ASSERT_OK(RemoveTree(*directory, "file"));
  EXPECT_THAT(system.operations(), IsEmpty());
}

TEST(RemoveTreeTest, AfterACrashItCanBeRepeated) {
  for (int n = 1;; ++n) {
    FakeSystem system;
    system.AddFile("/d/tree/a", "a");
    system.AddFile("/d/tree/b/c", "c");
    std::unique_ptr<Directory> directory = *system.OpenDirectory("/d");
    system.CrashAt(n);
    if (RemoveTree(*directory, "tree").ok()) {
      EXPECT_EQ(n, 5);
      return;
    }
    system.Restart();
    directory = *system.OpenDirectory("/d");
    ASSERT_OK(RemoveTree(*directory, "tree"));
    EXPECT_EQ(system.Snapshot("/d/tree").size(), 0);
  }
}

}  // namespace
}  // namespace provision
