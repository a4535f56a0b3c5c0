#include "core/host/python_specifier.h"

#include <string>
#include <vector>

#include "core/host/error_offset.h"
#include "core/host/packaging_vectors.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

using Prereleases = PythonSpecifierSet::Prereleases;

PythonSpecifierSet Parsed(const std::string& text) {
  const auto set = PythonSpecifierSet::Parse(text);
  EXPECT_TRUE(set.ok()) << text << ": " << set.status();
  return *set;
}

// The vectors give the policy of the set and that of the call, either may be
// null; the call's goes first.
Prereleases Policy(int of_set, int of_call) {
  const int policy = of_call != -1 ? of_call : of_set;
  if (policy == -1) return Prereleases::kDefault;
  return policy == 1 ? Prereleases::kAllow : Prereleases::kForbid;
}

TEST(PythonSpecifierTest, AcceptsAndRefusesWhatTheVectorsDo) {
  for (const auto& row : PackagingVectorsForTest(
           "specifiers", "TestSpecifier.test_specifiers_valid")) {
    Parsed(row.string_value());
  }
  for (const auto& row : PackagingVectorsForTest(
           "specifiers", "TestSpecifier.test_specifiers_invalid")) {
    EXPECT_FALSE(PythonSpecifierSet::Parse(row.string_value()).ok())
        << row.string_value();
  }
  for (const auto& row : PackagingVectorsForTest(
           "specifiers", "TestSpecifier.test_specifiers_normalized")) {
    for (const char* op : {"==", "!="}) Parsed(op + row.string_value());
    const bool local = row.string_value().find('+') != std::string::npos;
    for (const char* op : {"~=", "<=", ">=", "<", ">"}) {
      EXPECT_EQ(PythonSpecifierSet::Parse(op + row.string_value()).ok(), !local)
          << op << row.string_value();
    }
  }
}

TEST(PythonSpecifierTest, PrintsSorted) {
  for (const auto& row : PackagingVectorsForTest(
           "specifiers", "TestSpecifierSet.test_specifiers_str_and_repr")) {
    EXPECT_EQ(Parsed(TextAt(row, 0)).ToString(), TextAt(row, 1));
  }
}

TEST(PythonSpecifierTest, ContainsWhatTheVectorsSay) {
  for (const char* test :
       {"TestSpecifier.test_specifiers",
        "TestSpecifier.test_arbitrary_equality",
        "TestSpecifierSet.test_contains_arbitrary_equality_contains",
        "TestSpecifierSet.test_comparison_ignores_local"}) {
    for (const auto& row : PackagingVectorsForTest("specifiers", test)) {
      EXPECT_EQ(Parsed(TextAt(row, 1)).Contains(TextAt(row, 0)),
                TruthAt(row, 2) == 1)
          << TextAt(row, 0) << " in " << TextAt(row, 1);
    }
  }
  for (const char* test :
       {"TestSpecifier.test_invalid_version",
        "TestSpecifier.test_arbitrary_equality_normalization",
        "TestSpecifierSet.test_contains_arbitrary_equality_normalization",
        "TestSpecifierSet.test_contains_post_release_boundary_intersection",
        "test_boundary_closure_short_release"}) {
    for (const auto& row : PackagingVectorsForTest("specifiers", test)) {
      EXPECT_EQ(Parsed(TextAt(row, 0)).Contains(TextAt(row, 1)),
                TruthAt(row, 2) == 1)
          << TextAt(row, 1) << " in " << TextAt(row, 0);
    }
  }
}

TEST(PythonSpecifierTest, EmptySetContainsEverything) {
  for (const auto& row : PackagingVectorsForTest(
           "specifiers", "TestSpecifierSet.test_empty_specifier")) {
    EXPECT_TRUE(PythonSpecifierSet().Contains(row.string_value()));
  }
  EXPECT_TRUE(Parsed(" , ").empty());
}

TEST(PythonSpecifierTest, KnowsWhetherAPrereleaseIsNamed) {
  for (const auto& row : PackagingVectorsForTest(
           "specifiers",
           "TestSpecifier.test_specifier_prereleases_detection")) {
    EXPECT_EQ(Parsed(TextAt(row, 0)).NamesPrerelease(), TruthAt(row, 1) == 1)
        << TextAt(row, 0);
  }
}

TEST(PythonSpecifierTest, FiltersByThePolicyForPrereleases) {
  for (const auto& row : PackagingVectorsForTest(
           "specifiers", "TestSpecifier.test_specifiers_prereleases")) {
    const auto kept =
        Parsed(TextAt(row, 0))
            .Filter({TextAt(row, 1)}, Policy(TruthAt(row, 2), TruthAt(row, 3)));
    EXPECT_EQ(kept.size(), TruthAt(row, 4))
        << TextAt(row, 1) << " in " << TextAt(row, 0);
  }
  for (const char* test : {"TestSpecifier.test_specifier_filter",
                           "TestSpecifierSet.test_specifier_filter"}) {
    for (const auto& row : PackagingVectorsForTest("specifiers", test)) {
      EXPECT_EQ(Parsed(TextAt(row, 0))
                    .Filter(TextsAt(row, 3),
                            Policy(TruthAt(row, 1), TruthAt(row, 2))),
                TextsAt(row, 4))
          << TextAt(row, 0);
    }
  }
  for (const auto& row : PackagingVectorsForTest(
           "specifiers", "TestSpecifierSet.test_filter_exclusionary_bridges")) {
    EXPECT_EQ(Parsed(TextAt(row, 0))
                  .Filter(TextsAt(row, 2), Policy(-1, TruthAt(row, 1))),
              TextsAt(row, 3))
        << TextAt(row, 0);
  }
  for (const auto& row : PackagingVectorsForTest(
           "specifiers",
           "TestSpecifierSet.test_contains_exclusionary_bridges")) {
    EXPECT_EQ(Parsed(TextAt(row, 0))
                  .Filter({TextAt(row, 2)}, Policy(-1, TruthAt(row, 1)))
                  .size(),
              TruthAt(row, 3))
        << TextAt(row, 2) << " in " << TextAt(row, 0);
  }
}

TEST(PythonSpecifierTest, AnInstalledPrereleaseIsContained) {
  for (const auto& row : PackagingVectorsForTest(
           "specifiers",
           "TestSpecifierSet.test_specifier_contains_installed_prereleases")) {
    if (TruthAt(row, 4) != 1) continue;
    EXPECT_EQ(Parsed(TextAt(row, 0)).Contains(TextAt(row, 1)),
              TruthAt(row, 5) == 1)
        << TextAt(row, 1) << " in " << TextAt(row, 0);
  }
}

TEST(PythonSpecifierTest, ErrorsSayWhereAndWhat) {
  const absl::Status status = PythonSpecifierSet::Parse(">=1.0, ~=2").status();
  EXPECT_EQ(ErrorOffset(status), 7);
  EXPECT_EQ(status.message(),
            "\"~=2\": ~= needs at least two numbers, as in ~=1.4");
  EXPECT_EQ(PythonSpecifierSet::Parse("3.11").status().message(),
            "\"3.11\": expected a version after one of === == ~= != <= >= < >");
}

}  // namespace
}  // namespace provision
