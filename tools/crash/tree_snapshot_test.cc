#include "tools/crash/tree_snapshot.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

TEST(TreeSnapshotTest, SaysTypeModeOwnerAndContent) {
  const std::string folder = absl::StrCat(::testing::TempDir(), "tree");
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(absl::StrCat(folder, "/d"));
  std::ofstream(absl::StrCat(folder, "/d/f")) << "text\n";
  ASSERT_EQ(chmod(absl::StrCat(folder, "/d/f").c_str(), 0640), 0);
  ASSERT_EQ(symlink("d/f", absl::StrCat(folder, "/l").c_str()), 0);
  const TreeSnapshot tree = SnapshotTree(folder);
  ASSERT_EQ(tree.size(), 3u);
  EXPECT_THAT(tree.at("d"), StartsWith("directory 0755 "));
  EXPECT_EQ(tree.at("d/f"),
            absl::StrCat("file 0640 ", getuid(), ":", getgid(), " text\n"));
  EXPECT_EQ(tree.at("l"), "link d/f");
}

TEST(TreeSnapshotTest, NamesEachDifference) {
  EXPECT_THAT(
      TreeDifferences({{"a", "1"}, {"b", "1"}}, {{"b", "2"}, {"c", "1"}}),
      ElementsAre("a: 1, not absent", "b: 1, not 2", "c: absent, not 1"));
  EXPECT_THAT(TreeDifferences({{"a", "1"}}, {{"a", "1"}}), IsEmpty());
}

TEST(TreeSnapshotTest, AFileIsOldOrNewOrHalfMade) {
  const std::vector<TreeSnapshot> versions = {{{"f", "file 0644 0:0 old"}},
                                              {{"f", "file 0644 0:0 new"}}};
  EXPECT_THAT(HalfMade({{"f", "file 0644 0:0 old"}}, versions, {}), IsEmpty());
  EXPECT_THAT(HalfMade({{"f", "file 0644 0:0 new"}}, versions, {}), IsEmpty());
  EXPECT_THAT(HalfMade({{"f", "file 0644 0:0 try it"}}, versions, {"try it"}),
              IsEmpty());
  EXPECT_THAT(HalfMade({{"f", "file 0600 0:0 new"}}, versions, {}),
              ElementsAre("f is half-made: file 0600 0:0 new"));
  EXPECT_THAT(HalfMade({{"f", "file 0644 0:0 ne"}}, versions, {"try it"}),
              ElementsAre("f is half-made: file 0644 0:0 ne"));
  EXPECT_THAT(HalfMade({{"d/effect-x", "file 0644 0:0 ne"},
                        {".provision-00.tmp", "file 0600 0:0 n"},
                        {"d", "directory 0700 0:0"}},
                       versions, {}),
              IsEmpty());
}

}  // namespace
}  // namespace provision
