#include "core/host/python_name.h"

#include "core/host/packaging_vectors.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

TEST(PythonNameTest, NormalizesAsTheVectorsSay) {
  for (const char* test :
       {"test_canonicalize_name", "test_canonicalize_name_invalid"}) {
    for (const auto& row : PackagingVectorsForTest("utils", test)) {
      EXPECT_EQ(NormalizePythonName(TextAt(row, 0)), TextAt(row, 1));
    }
  }
}

TEST(PythonNameTest, KnowsWhatMayBeAName) {
  for (const char* name : {"a", "A1", "foo.bar_baz-1", "1and1"}) {
    EXPECT_TRUE(IsPythonName(name)) << name;
  }
  for (const char* name :
       {"", "-a", "a-", ".", "a b", "a\n", "\xc3\xa9", "a/b", "_a"}) {
    EXPECT_FALSE(IsPythonName(name)) << name;
  }
}

}  // namespace
}  // namespace provision
