#include "core/base/path.h"

#include "gtest/gtest.h"

namespace provision {
namespace {

TEST(PathTest, NormalPath) {
  const struct {
    const char* path;
    const char* normal;
  } kCases[] = {{"/a/./b//../c", "/a/c"},
                {"/", "/"},
                {"/..", "/"},
                {"a/..", "."},
                {"../a", "../a"},
                {"a/../../b", "../b"},
                {"", "."},
                {"/a/", "/a"}};
  for (const auto& c : kCases) EXPECT_EQ(NormalPath(c.path), c.normal);
}

TEST(PathTest, JoinPath) {
  EXPECT_EQ(JoinPath("/a", "b/c"), "/a/b/c");
  EXPECT_EQ(JoinPath("/a", "/b"), "/b");
  EXPECT_EQ(JoinPath("/a/b", "../c"), "/a/c");
}

TEST(PathTest, ParentAndBaseName) {
  EXPECT_EQ(ParentPath("/a/b"), "/a");
  EXPECT_EQ(ParentPath("/a"), "/");
  EXPECT_EQ(ParentPath("a"), ".");
  EXPECT_EQ(BaseName("/a/b"), "b");
  EXPECT_EQ(BaseName("b"), "b");
}

TEST(PathTest, ContainmentIsByComponent) {
  EXPECT_TRUE(IsBelowOrSame("/a/b", "/a"));
  EXPECT_TRUE(IsBelowOrSame("/a", "/a"));
  EXPECT_TRUE(IsBelowOrSame("/a", "/"));
  EXPECT_FALSE(IsBelowOrSame("/ab", "/a"));
  EXPECT_EQ(RelativeTo("/a/b", "/a"), "b");
  EXPECT_EQ(RelativeTo("/a", "/a"), ".");
  EXPECT_EQ(RelativeTo("/b", "/a"), "/b");
  EXPECT_EQ(RelativeTo("/b", "/"), "b");
}

}  // namespace
}  // namespace provision
