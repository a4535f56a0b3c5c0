#include "core/base/sync_tree.h"

#include <memory>

#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;

TEST(SyncTreeTest, SyncsFilesBeforeTheirDirectories) {
  FakeSystem system;
  system.AddFile("/t/b/deep/file", "x");
  system.AddFile("/t/a", "x");
  system.AddSymlink("/t/link", "/etc");
  system.AddFile("/etc/other", "x");
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<Directory> directory,
                       system.OpenDirectory("/t"));
  ASSERT_OK(SyncTree(*directory));
  EXPECT_THAT(system.operations(),
              ElementsAre("sync /t/a", "sync /t/b/deep/file", "sync /t/b/deep",
                          "sync /t/b", "sync /t"));
}

TEST(SyncTreeTest, KnowsTheKernelsThatReport) {
  struct Case {
    const char* release;
    bool reports;
  };
  for (const Case& c : {
           Case{"5.8.0", true},
           Case{"5.8-rc1", true},
           Case{"5.10.0-8-amd64", true},
           Case{"6.1.0-18-amd64", true},
           Case{"5.7.19", false},
           Case{"4.19.0-27-amd64", false},
           Case{"3.10.0-1160.el7.x86_64", false},
           Case{"", false},
           Case{"unknown", false},
       }) {
    EXPECT_EQ(SyncfsReportsErrors(c.release), c.reports) << c.release;
  }
}

}  // namespace
}  // namespace provision
