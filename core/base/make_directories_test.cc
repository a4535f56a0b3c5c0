#include "core/base/make_directories.h"

#include "core/base/local_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(MakeDirectoriesTest, MakesWhatIsMissing) {
  TemporaryFolder folder;
  std::unique_ptr<System> system = NewLocalSystem();
  const std::string path = folder.path() + "/a/b/c";
  ASSERT_OK(MakeDirectories(*system, path, 0700));
  ASSERT_OK_AND_ASSIGN(absl::optional<FileMetadata> made,
                       system->Lstat(folder.path() + "/a/b"));
  ASSERT_TRUE(made.has_value());
  EXPECT_EQ(made->mode, 0700u);
  EXPECT_OK(MakeDirectories(*system, path, 0755));
  ASSERT_OK_AND_ASSIGN(made, system->Lstat(path));
  EXPECT_EQ(made->mode, 0700u);
}

TEST(MakeDirectoriesTest, AFileInTheWayIsAnError) {
  TemporaryFolder folder;
  std::unique_ptr<System> system = NewLocalSystem();
  const std::string path = folder.Write("file", "x");
  EXPECT_FALSE(MakeDirectories(*system, path + "/below", 0700).ok());
}

}  // namespace
}  // namespace provision
