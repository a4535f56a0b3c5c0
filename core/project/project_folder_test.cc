#include "core/project/project_folder.h"

#include "core/project/reading_text.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST(ProjectFolderTest, FindsSources) {
  FakeSystem system;
  for (const char* name :
       {"requirements-dev.txt", "pylock.toml", "notes.txt", "setup.py"}) {
    system.AddFile(absl::StrCat("/p/", name), "");
  }
  system.AddDirectory("/p/requirements.txt");
  const auto sources = FindProjectSources(system, "/p");
  ASSERT_OK(sources);
  EXPECT_THAT(*sources,
              UnorderedElementsAre("requirements-dev.txt", "pylock.toml"));
}

TEST(ProjectFolderTest, FindsProjectsBelow) {
  FakeSystem system;
  for (const char* name :
       {"a/requirements.txt", "b/c/pyproject.toml", "b/c/d/pyproject.toml",
        ".venv/requirements.txt", "node_modules/x/requirements.txt",
        "e/package.json", "requirements.txt"}) {
    system.AddFile(absl::StrCat("/p/", name), "");
  }
  const auto folders = FindProjectFolders(system, "/p");
  ASSERT_OK(folders);
  EXPECT_THAT(*folders, ElementsAre("a", "b/c"));
}

TEST(ProjectFolderTest, ReadsInTheOrderInWhichSourcesWin) {
  FakeSystem system;
  system.AddFile("/p/Dockerfile", "FROM python:3.12\n");
  system.AddFile("/p/requirements-dev.txt", "-r requirements.txt\nb\n");
  system.AddFile("/p/requirements.txt", "-r more/base.txt\n");
  system.AddFile("/p/more/base.txt", "a==1\n");
  system.AddFile("/p/.python-version", "3.11\n");
  const auto reading =
      ReadProjectSources(system, "/p",
                         {"Dockerfile", "requirements-dev.txt",
                          "requirements.txt", ".python-version"});
  ASSERT_OK(reading);
  EXPECT_THAT(DescribeReading(*reading),
              ElementsAre("1 python 3.11: 3.11",
                          "0 packages a==1: 1 requirement, pinned",
                          "0 packages a==1|b: 2 requirements, 1 pinned",
                          "1 python 3.12: FROM python:3.12"));
  EXPECT_THAT(system.operations(), IsEmpty());
}

TEST(ProjectFolderTest, AFileThatAnotherIncludesIsPartOfIt) {
  FakeSystem system;
  system.AddFile("/p/requirements.txt", "-r requirements-base.txt\n");
  system.AddFile("/p/requirements-base.txt", "a\n");
  const auto reading = ReadProjectSources(
      system, "/p", {"requirements-base.txt", "requirements.txt"});
  ASSERT_OK(reading);
  EXPECT_THAT(DescribeReading(*reading),
              ElementsAre("0 packages a: 1 requirement, not pinned"));
}

TEST(ProjectFolderTest, FaultsAreCalledByTheirPathInTheProject) {
  FakeSystem system;
  system.AddFile("/p/requirements.txt", "-r no.txt\na=>1\n");
  const auto reading = ReadProjectSources(system, "/p", {"requirements.txt"});
  ASSERT_OK(reading);
  ASSERT_EQ(reading->faults.size(), 2u);
  EXPECT_EQ(reading->faults[1].place().file(), "requirements.txt");
  EXPECT_EQ(reading->faults[1].place().line(), 2);
  EXPECT_EQ(reading->faults[1].place().column(), 2);
}

}  // namespace
}  // namespace provision
