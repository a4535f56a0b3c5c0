#include "core/project/python_request.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(PythonRequestTest, TakesVersionsAndRanges) {
  const struct {
    absl::string_view text, request;
  } kCases[] = {{"3.11.7", "3.11.7"},
                {" 3.11 ", "3.11"},
                {"3", ">=3,<4"},
                {">=3.11,<3.13", ">=3.11,<3.13"},
                {"~=3.9", "~=3.9"},
                {"3.13.0rc1", "3.13.0rc1"},
                {"", ""},
                {"latest", ""},
                {"system", ""},
                {"3.11.7.1", ""},
                {"pypy3.10", ""},
                {"^3.11", ""},
                {"3.x", ""}};
  for (const auto& c : kCases) {
    EXPECT_EQ(NormalPythonRequest(c.text), c.request) << c.text;
  }
}

TEST(PythonRequestTest, AgreesWhereOnePythonFitsBoth) {
  const struct {
    absl::string_view a, b;
    bool agree;
  } kCases[] = {
      {"3.11.7", "3.11", true},         {"3.11.7", "3.11.8", false},
      {"3.11.7", ">=3.11,<3.12", true}, {"3.11", ">=3.11.4", true},
      {"3.11", ">=3.12", false},        {"3.11.7", "3.12", false},
      {">=3.9", "<3.9", false},         {">=3.9", ">=3.12,<3.13", true},
      {"3.13.0rc1", "3.13", true},      {">=3,<4", "3.8.0", true}};
  for (const auto& c : kCases) {
    EXPECT_EQ(PythonRequestsAgree(c.a, c.b), c.agree) << c.a << " " << c.b;
    EXPECT_EQ(PythonRequestsAgree(c.b, c.a), c.agree) << c.a << " " << c.b;
  }
}

}  // namespace
}  // namespace provision
