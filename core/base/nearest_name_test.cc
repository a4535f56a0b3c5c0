#include "core/base/nearest_name.h"

#include "gtest/gtest.h"

namespace provision {
namespace {

TEST(EditDistanceTest, CountsEdits) {
  struct Case {
    const char* a;
    const char* b;
    int distance;
  };
  for (const Case& c : {Case{"", "", 0}, Case{"", "abc", 3}, Case{"a", "a", 0},
                        Case{"pyhton", "python", 1}, Case{"ab", "ba", 1},
                        Case{"requirments", "requirements", 1},
                        Case{"kitten", "sitting", 3}, Case{"abc", "", 3},
                        // A pair that was exchanged is not edited again.
                        Case{"ca", "abc", 3}}) {
    EXPECT_EQ(EditDistance(c.a, c.b), c.distance) << c.a << " " << c.b;
    EXPECT_EQ(EditDistance(c.b, c.a), c.distance) << c.b << " " << c.a;
  }
}

TEST(NearestNameTest, FindsWhatWasMeant) {
  const std::vector<std::string> names = {"after", "name", "tag", "python",
                                          "packages"};
  EXPECT_EQ(NearestName("pyhton", names), "python");
  EXPECT_EQ(NearestName("Python", names), "python");
  EXPECT_EQ(NearestName("nmae", names), "name");
  EXPECT_EQ(NearestName("tga", names), "tag");
  EXPECT_EQ(NearestName("afetr", names), "after");
}

TEST(NearestNameTest, SaysNothingWhenNoneIsNear) {
  EXPECT_EQ(NearestName("colour", {"after", "name"}), "");
  EXPECT_EQ(NearestName("x", {"y"}), "");
  EXPECT_EQ(NearestName("", {""}), "");
  EXPECT_EQ(NearestName("abc", {}), "");
  EXPECT_EQ(NearestName(std::string(100000, 'a'), {"a"}), "");
  EXPECT_EQ(NearestName("abc", {std::string(100000, 'a')}), "");
}

TEST(NearestNameTest, OfTwoAlikeTheFirst) {
  EXPECT_EQ(NearestName("bat", {"cat", "bar"}), "cat");
  EXPECT_EQ(NearestName("bat", {"bar", "cat"}), "bar");
}

}  // namespace
}  // namespace provision
