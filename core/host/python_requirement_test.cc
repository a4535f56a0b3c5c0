#include "core/host/python_requirement.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "core/host/error_offset.h"
#include "core/host/packaging_vectors.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

PythonRequirement Parsed(const std::string& text) {
  const auto requirement = ParsePythonRequirement(text);
  EXPECT_TRUE(requirement.ok()) << text << ": " << requirement.status();
  return *requirement;
}

std::string WithSpace(const std::string& text, const std::string& space) {
  return absl::StrReplaceAll(text, {{"{ws}", space}});
}

constexpr char kBasic[] = "test_basic_valid_requirement_parsing";

TEST(PythonRequirementTest, ParsesEveryCombinationOfTheVectors) {
  for (const auto& space_row :
       PackagingVectorsForTest("requirements", kBasic, "whitespace")) {
    const std::string& space = space_row.string_value();
    for (const auto& name :
         PackagingVectorsForTest("requirements", kBasic, "name")) {
      for (const auto& extras_row :
           PackagingVectorsForTest("requirements", kBasic, "extras")) {
        std::vector<std::string> extras;
        for (const auto& extra : extras_row.list_value().values()) {
          extras.push_back(extra.string_value());
        }
        const std::string head = absl::StrCat(
            name.string_value(),
            extras.empty()
                ? ""
                : absl::StrCat(
                      space, "[", space,
                      absl::StrJoin(extras, absl::StrCat(space, ",", space)),
                      space, "]"));
        for (const char* tail : {"", ">=1", "@ https://x.example/a;b#c"}) {
          const PythonRequirement requirement =
              Parsed(absl::StrCat(head, space, tail));
          EXPECT_EQ(requirement.name, name.string_value());
          EXPECT_EQ(requirement.extras, extras);
        }
      }
    }
  }
}

TEST(PythonRequirementTest, ParsesMarkersAndSpecifiersOfTheVectors) {
  for (const auto& space_row :
       PackagingVectorsForTest("requirements", kBasic, "whitespace")) {
    const std::string& space = space_row.string_value();
    for (const auto& marker :
         PackagingVectorsForTest("requirements", kBasic, "marker")) {
      const std::string text = WithSpace(marker.string_value(), space);
      if (text.empty()) continue;
      EXPECT_EQ(Parsed(absl::StrCat("a>1", space, ";", space, text))
                    .marker->ToString(),
                PythonMarker::Parse(text)->ToString());
      EXPECT_EQ(Parsed(absl::StrCat("a @ https://x.example/a ;", text)).url,
                "https://x.example/a");
    }
  }
  for (const auto& marker : PackagingVectorsForTest(
           "requirements", "TestRequirementParsing.test_valid_marker")) {
    EXPECT_TRUE(Parsed("name; " + marker.string_value()).marker.has_value());
  }
  for (const auto& url : PackagingVectorsForTest(
           "requirements", "TestRequirementParsing.test_file_url")) {
    EXPECT_EQ(Parsed("name @ " + url.string_value()).url, url.string_value());
  }
}

TEST(PythonRequirementTest, ParsesUrlsAndSpecifiersOfTheVectors) {
  for (const auto& row :
       PackagingVectorsForTest("requirements", kBasic, "url,specifier")) {
    const std::string url = TextAt(row, 0);
    if (!url.empty()) {
      EXPECT_EQ(Parsed("a @ " + url).url, url);
      EXPECT_EQ(Parsed("a@" + url + " ;os_name=='x'").url, url);
      continue;
    }
    for (const char* space : {"", " ", "\t"}) {
      const PythonRequirement requirement =
          Parsed("a" + WithSpace(TextAt(row, 1), space));
      EXPECT_EQ(
          requirement.specifier.ToString(),
          Parsed("a" + WithSpace(TextAt(row, 1), "")).specifier.ToString());
      EXPECT_EQ(requirement.specifier.empty(), TextAt(row, 1).empty());
    }
  }
}

TEST(PythonRequirementTest, RefusesWhatTheVectorsDo) {
  for (const auto& text : PackagingVectorsForTest(
           "requirements",
           "TestRequirementParsing.test_error_when_suffixed_with_line_break",
           "requirement")) {
    for (const char* line_break : {"\n", "\r", "\r\n"}) {
      EXPECT_FALSE(
          ParsePythonRequirement(text.string_value() + line_break).ok());
    }
  }
  for (const auto& op : PackagingVectorsForTest(
           "requirements",
           "TestRequirementParsing.test_error_when_local_version_label_is_"
           "used_incorrectly")) {
    EXPECT_FALSE(
        ParsePythonRequirement("name" + op.string_value() + "1.0+local").ok());
  }
  for (const auto& op : PackagingVectorsForTest(
           "requirements",
           "TestRequirementParsing.test_error_when_prefix_match_uses_post_"
           "release")) {
    EXPECT_FALSE(
        ParsePythonRequirement("name" + op.string_value() + "1.0.post1.*")
            .ok());
  }
  for (const auto& row : PackagingVectorsForTest(
           "requirements",
           "TestRequirementParsing.test_error_invalid_marker_malformed_quoted_"
           "string")) {
    EXPECT_FALSE(ParsePythonRequirement(TextAt(row, 0)).ok());
  }
}

TEST(PythonRequirementTest, PrintsOneSpelling) {
  for (const auto& row : PackagingVectorsForTest(
           "requirements", "test_normalized_requirements")) {
    EXPECT_EQ(Parsed(TextAt(row, 0)).ToString(), TextAt(row, 1));
  }
  for (const auto& row : PackagingVectorsForTest(
           "requirements",
           "TestRequirementBehaviour.test_equal_reqs_equal_hashes")) {
    EXPECT_EQ(Parsed(TextAt(row, 0)).ToString(),
              Parsed(TextAt(row, 1)).ToString());
  }
  for (const auto& row : PackagingVectorsForTest(
           "requirements",
           "TestRequirementBehaviour.test_different_reqs_different_hashes")) {
    EXPECT_NE(Parsed(TextAt(row, 0)).ToString(),
              Parsed(TextAt(row, 1)).ToString());
  }
}

TEST(PythonRequirementTest, AppliesForAnyOfTheExtras) {
  const PythonMarkerEnvironment environment = {{"os_name", "posix"}};
  const PythonRequirement plain = Parsed("a");
  const PythonRequirement for_socks = Parsed("a; extra == 'Socks_5'");
  const PythonRequirement mixed = Parsed("a; extra == 'x' or os_name=='posix'");
  EXPECT_TRUE(*plain.Applies(environment, {}));
  EXPECT_FALSE(*for_socks.Applies(environment, {}));
  EXPECT_TRUE(*for_socks.Applies(environment, {"tls", "socks-5"}));
  EXPECT_FALSE(*for_socks.Applies(environment, {"tls"}));
  EXPECT_TRUE(*mixed.Applies(environment, {}));
  EXPECT_FALSE(Parsed("a; sys_platform == 'x'").Applies(environment, {}).ok());
}

TEST(PythonRequirementTest, ErrorsSayWhereAndWhat) {
  struct Case {
    std::string text;
    size_t offset;
    std::string message;
  };
  for (const Case& c : {
           Case{"", 0, "expected a name"},
           Case{"-x", 0,
                "`-x` is not a name: it must begin and end with a letter or a "
                "digit"},
           Case{"name 1.0", 5,
                "\"1.0\": expected a version after one of === == ~= != <= >= < "
                ">"},
           Case{"a>=1.0*", 1, "\">=1.0*\": \"1.0*\" is not a version"},
           Case{"a[x", 3, "expected `,` or `]` after an extra"},
           Case{"a[,]", 2, "expected an extra"},
           Case{"a (>1", 2, "expected `)`"},
           Case{"a (>1) x", 7, "expected a version specifier, `;` or the end"},
           Case{"a @ ", 4, "expected a URL after `@`"},
           Case{"a @ u v", 6, "expected a version specifier, `;` or the end"},
           Case{"a; os_nam == 'x'", 3, "`os_nam` is no marker variable"},
       }) {
    const absl::Status status = ParsePythonRequirement(c.text).status();
    EXPECT_EQ(ErrorOffset(status), c.offset) << c.text;
    EXPECT_EQ(status.message(), c.message) << c.text;
  }
}

TEST(PythonRequirementTest, ExtrasAlone) {
  EXPECT_EQ(*ParsePythonExtras("[d, dev]"),
            (std::vector<std::string>{"d", "dev"}));
  EXPECT_FALSE(ParsePythonExtras("[d").ok());
  EXPECT_FALSE(ParsePythonExtras("[d] x").ok());
}

}  // namespace
}  // namespace provision
