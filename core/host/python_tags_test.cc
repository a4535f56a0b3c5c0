#include "core/host/python_tags.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "core/base/crypto.h"
#include "core/host/lock_target.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::Pair;
using testing::UnorderedElementsAre;

// Number and digest of what packaging.tags of pypa/packaging 25 gives for
// CPython 3.11: sys_tags() on Debian 12, and cpython_tags() with
// compatible_tags() over mac_platforms() and win_amd64.
TEST(PythonTagsTest, AgreesWithPackaging) {
  struct Case {
    const char* target;
    size_t count;
    const char* sha256;
  };
  for (const Case& c : {
           Case{"debian-12/amd64", 914,
                "d6379b984621391668e1d5bb809100c69d62e26eff39aa4fa3b8d93c4cc07d"
                "a6"},
           Case{"debian-12/arm64", 564,
                "0f91229a6bcb76983996ed5df93b0569db8f9a0d5afe8060ab9ef1766d9d0a"
                "6b"},
           Case{"macos-13/arm64", 489,
                "8e75848a790321c06e9b284cd8a74743b6dbdd61f587a1662f4bf5f1e143b6"
                "54"},
           Case{"macos-13/amd64", 2414,
                "ce67623c2903df1884d5f72e3ba3bb3e6c84b5c953be374dda399819865365"
                "65"},
           Case{"windows-10/amd64", 39,
                "25fe279013c781dedea3dca88901ef7767812646d92d19f48c8565374a81bd"
                "be"},
       }) {
    const std::vector<std::string> tags =
        PythonTags("3.11", *FindLockTarget(c.target));
    EXPECT_EQ(tags.size(), c.count) << c.target;
    EXPECT_EQ(Sha256Hex(absl::StrJoin(tags, "\n")), c.sha256) << c.target;
  }
}

TEST(PythonTagsTest, ACLibraryTakesWheelsForOlderOnesOnly) {
  const auto takes = [](const char* target, const std::string& tag) {
    const auto tags = PythonTags("3.11", *FindLockTarget(target));
    return std::find(tags.begin(), tags.end(), tag) != tags.end();
  };
  EXPECT_TRUE(takes("debian-12/arm64", "cp311-cp311-manylinux_2_28_aarch64"));
  EXPECT_TRUE(takes("debian-12/arm64", "cp311-cp311-manylinux2014_aarch64"));
  EXPECT_FALSE(takes("debian-12/arm64", "cp311-cp311-manylinux2010_aarch64"));
  EXPECT_FALSE(takes("ubuntu-20.04/amd64", "py3-none-manylinux_2_34_x86_64"));
  EXPECT_TRUE(takes("manylinux_2_34/amd64", "py3-none-manylinux_2_34_x86_64"));
  EXPECT_TRUE(takes("alpine-3.19/amd64", "cp38-abi3-musllinux_1_1_x86_64"));
  EXPECT_FALSE(takes("alpine-3.19/amd64", "cp38-abi3-manylinux2014_x86_64"));
}

TEST(PythonTagsTest, ReadsTheNamesOfWheels) {
  const auto wheel = ParseWheelTags("six-1.16.0-1-py2.py3-none-any.whl");
  ASSERT_TRUE(wheel.has_value());
  EXPECT_EQ(wheel->name, "six");
  EXPECT_EQ(wheel->version, "1.16.0");
  EXPECT_EQ(wheel->build, "1");
  EXPECT_THAT(wheel->tags, ElementsAre("py2-none-any", "py3-none-any"));
  for (const char* wrong : {"six-1.16.0.tar.gz", "six-1.16.0.whl",
                            "a-b-c-d-e-f-g.whl", "a--py3-none-any.whl"}) {
    EXPECT_FALSE(ParseWheelTags(wrong).has_value()) << wrong;
  }
}

TEST(PythonTagsTest, MarkersAreThoseOfTheTarget) {
  EXPECT_THAT(
      TargetMarkers("3.11.7", *FindLockTarget("windows-11/arm64")),
      UnorderedElementsAre(
          Pair("implementation_name", "cpython"),
          Pair("implementation_version", "3.11.7"), Pair("os_name", "nt"),
          Pair("platform_machine", "ARM64"),
          Pair("platform_python_implementation", "CPython"),
          Pair("platform_system", "Windows"),
          Pair("python_full_version", "3.11.7"), Pair("python_version", "3.11"),
          Pair("sys_platform", "win32")));
  EXPECT_EQ(TargetMarkers("3.12.1", *FindLockTarget("macos-13/amd64"))
                .at("platform_machine"),
            "x86_64");
}

}  // namespace
}  // namespace provision
