#include "bundles/wheels/wheel_name.h"

#include "bundles/testing/refusal_text.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;

TEST(WheelNameTest, ReadsEveryPart) {
  ASSERT_OK_AND_ASSIGN(
      const WheelName name,
      ParseWheelName("Some_Name-1.0rc1+local.2-3b-py2.py3-none-any.whl"));
  EXPECT_EQ(name.project, "Some_Name");
  EXPECT_EQ(name.version.ToString(), "1.0rc1+local.2");
  EXPECT_EQ(name.build, "3b");
  EXPECT_THAT(name.tags, ElementsAre("py2-none-any", "py3-none-any"));
}

TEST(WheelNameTest, TagSetsAreMultiplied) {
  ASSERT_OK_AND_ASSIGN(
      const WheelName name,
      ParseWheelName("a-1-cp311.cp312-abi3.none-linux_x86_64.any.whl"));
  EXPECT_EQ(name.tags.size(), 8u);
  EXPECT_EQ(name.tags[0], "cp311-abi3-linux_x86_64");
  EXPECT_EQ(name.tags[7], "cp312-none-any");
}

TEST(WheelNameTest, RefusesWhatIsNoWheelsName) {
  for (const char* file :
       {"", ".whl", "a-1-py3-none-any.zip", "a-1-py3-none.whl",
        "a-1-2-py3-none-any-x.whl", "a-1-b1-py3-none-any.whl",
        "a-1--py3-none-any.whl", "-1-py3-none-any.whl",
        "a/b-1-py3-none-any.whl", "a-one-py3-none-any.whl", "a-1-py3-none-.whl",
        "a-1-py3-no ne-any.whl", "a-1-py3-none-../x.whl",
        "a-1-py3..py2-none-any.whl"}) {
    EXPECT_THAT(RefusalText(ParseWheelName(file).status()),
                EndsWith("[wheel/name]"))
        << file;
  }
}

TEST(WheelNameTest, StemsAreComparedAsNamesAndVersions) {
  ASSERT_OK_AND_ASSIGN(const WheelName name,
                       ParseWheelName("Some_Name-1.0-py3-none-any.whl"));
  const struct {
    const char* stem;
    bool fits;
  } kCases[] = {{"Some_Name-1.0", true},  {"some.name-1.0.0", true},
                {"some_name-v1", true},   {"some_name-1.1", false},
                {"somename-1.0", false},  {"some_name", false},
                {"some-name-1.0", false}, {"", false}};
  for (const auto& c : kCases) {
    EXPECT_EQ(IsStemOf(name, c.stem), c.fits) << c.stem;
  }
}

}  // namespace
}  // namespace provision
