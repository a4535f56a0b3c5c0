#include "core/host/python_marker.h"

#include <string>

#include "core/host/error_offset.h"
#include "core/host/packaging_vectors.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

const PythonMarkerEnvironment& Environment() {
  static const auto& environment = *new PythonMarkerEnvironment{
      {"implementation_name", "cpython"},
      {"implementation_version", "3.11.7"},
      {"os_name", "posix"},
      {"platform_machine", "x86_64"},
      {"platform_python_implementation", "CPython"},
      {"platform_release", "6.1.0-25-amd64"},
      {"platform_system", "Linux"},
      {"platform_version", "#1 SMP"},
      {"python_full_version", "3.11.7"},
      {"python_version", "3.11"},
      {"sys_platform", "linux"},
  };
  return environment;
}

PythonMarker Parsed(const std::string& text) {
  const auto marker = PythonMarker::Parse(text);
  EXPECT_TRUE(marker.ok()) << text << ": " << marker.status();
  return *marker;
}

TEST(PythonMarkerTest, ParsesWhatTheVectorsDoAndPrintsItParseably) {
  for (const char* test :
       {"TestMarker.test_parses_valid", "TestMarker.test_parses_pep345_valid",
        "TestMarker.test_parses_setuptools_legacy_valid"}) {
    for (const auto& row : PackagingVectorsForTest("markers", test)) {
      const std::string printed = Parsed(row.string_value()).ToString();
      EXPECT_EQ(Parsed(printed).ToString(), printed);
    }
  }
  for (const auto& row : PackagingVectorsForTest(
           "markers",
           "TestMarker.test_parses_trailing_horizontal_whitespace")) {
    Parsed("os_name == 'posix'" + row.string_value());
  }
}

TEST(PythonMarkerTest, RefusesWhatTheVectorsDo) {
  for (const auto& row :
       PackagingVectorsForTest("markers", "TestMarker.test_parses_invalid")) {
    EXPECT_FALSE(PythonMarker::Parse(row.string_value()).ok())
        << row.string_value();
  }
  for (const auto& row : PackagingVectorsForTest(
           "markers", "TestMarker.test_parses_invalid_trailing_line_break")) {
    EXPECT_FALSE(
        PythonMarker::Parse("os_name == 'posix'" + row.string_value()).ok());
  }
  for (const auto& row : PackagingVectorsForTest(
           "markers",
           "TestMarker.test_parses_invalid_malformed_quoted_string")) {
    EXPECT_FALSE(PythonMarker::Parse(TextAt(row, 0)).ok()) << TextAt(row, 0);
  }
}

TEST(PythonMarkerTest, PrintsAsTheVectorsDo) {
  for (const auto& row :
       PackagingVectorsForTest("markers", "TestMarker.test_str_repr_eq_hash")) {
    EXPECT_EQ(Parsed(TextAt(row, 0)).ToString(), TextAt(row, 1));
  }
}

TEST(PythonMarkerTest, EvaluatesAsTheVectorsDo) {
  for (const char* test :
       {"TestMarker.test_evaluates", "TestMarker.test_evaluate_pep345_markers",
        "TestMarker.test_version_like_equality"}) {
    for (const auto& row : PackagingVectorsForTest("markers", test)) {
      PythonMarkerEnvironment environment = Environment();
      for (const auto& [name, value] :
           row.list_value().values(1).struct_value().fields()) {
        environment[name] = value.string_value();
      }
      const auto holds = Parsed(TextAt(row, 0)).Evaluate(environment);
      ASSERT_TRUE(holds.ok()) << TextAt(row, 0) << ": " << holds.status();
      EXPECT_EQ(*holds, TruthAt(row, 2) == 1) << TextAt(row, 0);
    }
  }
}

TEST(PythonMarkerTest, EvaluatesHere) {
  struct Case {
    const char* marker;
    bool holds;
  };
  for (const Case& c : {
           Case{"python_version >= '3.9'", true},
           Case{"'3.9' <= python_version", true},
           Case{"python_version < '3.9'", false},
           Case{"python_version == '3.*'", true},
           Case{"python_version in '3.10, 3.11'", true},
           Case{"python_version not in '2.7'", true},
           Case{"platform_release >= '5.0'", false},  // not a version
           Case{"platform_machine > 'a'", false},     // words have no order
           Case{"platform_machine >= 'x86_64'", true},
           Case{"extra == ''", true},
           Case{"os_name == 'nt' and os_name == 'posix' or extra != 'x'", true},
           Case{"os_name == 'nt' and (os_name == 'posix' or extra != 'x')",
                false},
           Case{"os_name == sys_platform", false},
       }) {
    const auto holds = Parsed(c.marker).Evaluate(Environment());
    ASSERT_TRUE(holds.ok()) << c.marker << ": " << holds.status();
    EXPECT_EQ(*holds, c.holds) << c.marker;
  }
}

TEST(PythonMarkerTest, ACheckoutOfPythonHasALocalVersion) {
  PythonMarkerEnvironment environment = Environment();
  environment["python_full_version"] = "3.14.0+";
  EXPECT_TRUE(*Parsed("python_full_version >= '3.14'").Evaluate(environment));
}

TEST(PythonMarkerTest, WhatCannotBeEvaluatedIsAnError) {
  for (const auto& row : PackagingVectorsForTest(
           "markers",
           "TestMarker.test_extras_and_dependency_groups_disallowed")) {
    EXPECT_FALSE(
        Parsed("\"foo\" in " + row.string_value()).Evaluate(Environment()).ok())
        << row.string_value();
  }
  EXPECT_FALSE(Parsed("os_name ~= 'posix'").Evaluate(Environment()).ok());
  EXPECT_EQ(Parsed("os_name == 'nt' and sys_platform == 'x'")
                .Evaluate({{"os_name", "nt"}})
                .status()
                .message(),
            "the marker variable `sys_platform` has no value in this "
            "environment");
}

TEST(PythonMarkerTest, ErrorsSayWhereAndWhat) {
  struct Case {
    std::string marker;
    size_t offset;
    std::string message;
  };
  for (const Case& c : {
           Case{"os_nam == 'x'", 0, "`os_nam` is no marker variable"},
           Case{"os_name = 'x'", 8,
                "expected one of === == ~= != <= >= < > in `not in`"},
           Case{"os_name == ", 11, "expected a variable or quoted text"},
           Case{"os_name == 'x", 11, "the quoted text has no end"},
           Case{"os_name == 'x' andos_name == 'y'", 15,
                "expected `and`, `or` or the end of the marker"},
           Case{"(os_name == 'x'", 15, "expected `)`"},
           Case{" 'a' == 'b'", 1,
                "one side of a comparison must be a variable"},
           Case{"os_name == 'a\\b'", 13,
                "a backslash may not stand in quoted text"},
           Case{std::string(101, '('), 100, "too many nested parentheses"},
       }) {
    const absl::Status status = PythonMarker::Parse(c.marker).status();
    EXPECT_EQ(ErrorOffset(status), c.offset) << c.marker;
    EXPECT_EQ(status.message(), c.message) << c.marker;
  }
}

}  // namespace
}  // namespace provision
