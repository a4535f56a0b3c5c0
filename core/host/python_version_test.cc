#include "core/host/python_version.h"

#include <map>
#include <string>
#include <vector>

#include "core/host/packaging_vectors.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

PythonVersion Parsed(const std::string& text) {
  const auto version = PythonVersion::Parse(text);
  EXPECT_TRUE(version.ok()) << text << ": " << version.status();
  return *version;
}

TEST(PythonVersionTest, OrdersTheAscendingList) {
  std::vector<PythonVersion> versions;
  for (const auto& row :
       PackagingVectorsForTest("version", "TestVersion.test_valid_versions")) {
    versions.push_back(Parsed(row.string_value()));
  }
  ASSERT_GE(versions.size(), 92);
  // The list is ascending, each but one neighbour pair differing.
  for (size_t i = 0; i < versions.size(); ++i) {
    for (size_t j = 0; j < versions.size(); ++j) {
      EXPECT_EQ(versions[i] < versions[j], i < j)
          << versions[i].ToString() << " < " << versions[j].ToString();
      EXPECT_EQ(versions[i] == versions[j], i == j)
          << versions[i].ToString() << " == " << versions[j].ToString();
    }
  }
}

TEST(PythonVersionTest, RefusesWhatIsNoVersion) {
  for (const char* test :
       {"TestVersion.test_invalid_versions",
        "TestVersion.test_oversized_version_raises_valueerror"}) {
    for (const auto& row : PackagingVectorsForTest("version", test)) {
      EXPECT_EQ(PythonVersion::Parse(row.string_value()).status().code(),
                absl::StatusCode::kInvalidArgument)
          << row.string_value().substr(0, 100);
    }
  }
  EXPECT_FALSE(PythonVersion::Parse("1.2.3po\u017ft1").ok());
  EXPECT_FALSE(PythonVersion::Parse("").ok());
}

TEST(PythonVersionTest, Normalizes) {
  for (const char* test : {"TestVersion.test_normalized_versions",
                           "TestVersion.test_version_str_repr"}) {
    for (const auto& row : PackagingVectorsForTest("version", test)) {
      EXPECT_EQ(Parsed(TextAt(row, 0)).ToString(), TextAt(row, 1));
    }
  }
}

TEST(PythonVersionTest, KnowsItsParts) {
  for (const auto& row :
       PackagingVectorsForTest("version", "TestVersion.test_version_public")) {
    EXPECT_EQ(Parsed(TextAt(row, 0)).Public().ToString(), TextAt(row, 1));
  }
  using Predicate = bool (PythonVersion::*)() const;
  const std::map<std::string, Predicate> numbered = {
      {"TestVersion.test_version_pre", &PythonVersion::has_pre},
      {"TestVersion.test_version_post", &PythonVersion::has_post},
      {"TestVersion.test_version_dev", &PythonVersion::has_dev},
      {"TestVersion.test_version_local", &PythonVersion::has_local},
  };
  for (const auto& [test, has] : numbered) {
    for (const auto& row : PackagingVectorsForTest("version", test)) {
      EXPECT_EQ((Parsed(TextAt(row, 0)).*has)(), TruthAt(row, 1) != -1)
          << test << " " << TextAt(row, 0);
    }
  }
  for (const auto& row : PackagingVectorsForTest(
           "version", "TestVersion.test_version_is_prerelease")) {
    EXPECT_EQ(Parsed(TextAt(row, 0)).is_prerelease(), TruthAt(row, 1) == 1);
  }
}

TEST(PythonVersionTest, NumbersHaveNoWidth) {
  const std::string digits(100, '9');
  EXPECT_LT(Parsed("1." + digits), Parsed("1.1" + digits));
  EXPECT_EQ(Parsed("1.0" + digits).ToString(), "1." + digits);
}

TEST(PythonVersionTest, ReleasePrefixPads) {
  EXPECT_EQ(Parsed("3.11.7rc1").ReleasePrefix(2), "3.11");
  EXPECT_EQ(Parsed("3").ReleasePrefix(3), "3.0.0");
  EXPECT_TRUE(Parsed("3.11.7").HasReleasePrefix(Parsed("3.11"), 2));
  EXPECT_FALSE(Parsed("1!3.11").HasReleasePrefix(Parsed("3.11"), 2));
  EXPECT_TRUE(Parsed("3").HasReleasePrefix(Parsed("3.0"), 2));
}

TEST(PythonVersionTest, FirstDevPrecedesEveryPrerelease) {
  EXPECT_LT(Parsed("1.0").FirstDev(), Parsed("1.0a0.dev1"));
  EXPECT_LT(Parsed("1.0.post1"), Parsed("1.0.post2").FirstDev());
  EXPECT_EQ(Parsed("1.0a1.post2.dev3+x").WithoutPost().ToString(), "1.0a1");
}

}  // namespace
}  // namespace provision
