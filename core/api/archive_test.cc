#include "core/api/archive.h"

#include <algorithm>

#include "core/base/crypto.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

using Type = ArchiveEntry::Type;

std::vector<ArchiveEntry> Tree() {
  return {
      {.path = "bin", .type = Type::kDirectory},
      {.path = "bin/tool",
       .executable = true,
       .size = 3,
       .sha256 = Sha256Hex("abc")},
      {.path = "lib/deep/x.txt", .size = 0, .sha256 = Sha256Hex("")},
      {.path = "lib/link", .type = Type::kSymlink, .target = "deep"},
  };
}

TEST(TreeDigestTest, OrderAndImpliedDirectoriesDoNotCount) {
  std::vector<ArchiveEntry> tree = Tree();
  const std::string digest = TreeDigest(tree);
  std::reverse(tree.begin(), tree.end());
  EXPECT_EQ(TreeDigest(tree), digest);
  tree.push_back({.path = "lib", .type = Type::kDirectory});
  tree.push_back({.path = "lib/deep", .type = Type::kDirectory});
  EXPECT_EQ(TreeDigest(tree), digest);
}

TEST(TreeDigestTest, HardLinksCountAsCopies) {
  std::vector<ArchiveEntry> tree = Tree();
  tree[2].copy_of = "bin/tool";
  EXPECT_EQ(TreeDigest(tree), TreeDigest(Tree()));
}

TEST(TreeDigestTest, EveryPropertyCounts) {
  const std::string digest = TreeDigest(Tree());
  EXPECT_EQ(digest.size(), 64u);
  const std::vector<void (*)(std::vector<ArchiveEntry>&)> kChanges = {
      [](auto& tree) { tree[1].executable = false; },
      [](auto& tree) { tree[1].size = 4; },
      [](auto& tree) { tree[1].sha256 = Sha256Hex("abd"); },
      [](auto& tree) { tree[1].path = "bin/tools"; },
      [](auto& tree) { tree[3].target = "deeper"; },
      [](auto& tree) { tree[3].type = Type::kDirectory; },
      [](auto& tree) { tree[0].path = "bins"; },
      [](auto& tree) { tree.pop_back(); },
      [](auto& tree) {
        tree.push_back({.path = "empty", .type = Type::kDirectory});
      },
  };
  for (size_t i = 0; i < kChanges.size(); ++i) {
    std::vector<ArchiveEntry> tree = Tree();
    kChanges[i](tree);
    EXPECT_NE(TreeDigest(tree), digest) << i;
  }
}

TEST(TreeDigestTest, FieldsDoNotRunIntoEachOther) {
  EXPECT_NE(
      TreeDigest({{{.path = "a", .type = Type::kSymlink, .target = "bc"}}}),
      TreeDigest({{{.path = "ab", .type = Type::kSymlink, .target = "c"}}}));
}

TEST(EntriesBelowTest, TakesThePrefixAwayByComponents) {
  const std::vector<ArchiveEntry> entries = {
      {.path = "python", .type = Type::kDirectory},
      {.path = "python/bin/a", .sha256 = "1"},
      {.path = "python3/b", .sha256 = "2"},
      {.path = "python/c", .sha256 = "1", .copy_of = "python/bin/a"},
      {.path = "python/d", .sha256 = "2", .copy_of = "python3/b"},
  };
  const std::vector<ArchiveEntry> want = {
      {.path = "bin/a", .sha256 = "1"},
      {.path = "c", .sha256 = "1", .copy_of = "bin/a"},
      {.path = "d", .sha256 = "2"},
  };
  EXPECT_EQ(EntriesBelow(entries, "python"), want);
  EXPECT_EQ(EntriesBelow(entries, "python/"), want);
  EXPECT_EQ(EntriesBelow(entries, ""), entries);
  EXPECT_TRUE(EntriesBelow(entries, "pyth").empty());
}

}  // namespace
}  // namespace provision
