#include "bundles/oci/json.h"

#include <string>

#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::HasSubstr;

std::string IdOf(const std::string& text) {
  return DiagnosticId(ParseCanonical(text, "d").status());
}

TEST(JsonTest, CanonicalTextIsReadAsItIs) {
  for (const std::string text :
       {R"({})", R"([])",
        R"({"a":[1,true,false,"x"],"b":{"c":9007199254740991}})", R"("q\"\\ü")",
        R"(0)"}) {
    ASSERT_OK_AND_ASSIGN(const Json value, ParseCanonical(text, "d"));
    EXPECT_EQ(CanonicalText(value), text);
  }
}

TEST(JsonTest, OtherFormsOfTheSameAreNotCanonical) {
  for (const std::string text : {R"({"b":1,"a":2})", R"({ })", R"([1, 2])",
                                 "{}\n", R"("\u0041")", R"("\/")"}) {
    EXPECT_EQ(IdOf(text), "format/not-canonical") << text;
    EXPECT_THAT(ParseJson(text, "d"), IsOk()) << text;
  }
}

TEST(JsonTest, WhatIsNoJsonOfBundlesIsRefused) {
  const std::string deep(17, '[');
  for (const std::string& text : {std::string(),
                                  std::string("null"),
                                  std::string("-0"),
                                  std::string("1.0"),
                                  std::string("1e3"),
                                  std::string("01"),
                                  std::string("9007199254740992"),
                                  std::string(R"({"a":1,"a":2})"),
                                  std::string(R"({"a":1,})"),
                                  std::string("[1"),
                                  std::string(R"("a)"),
                                  std::string("{}x"),
                                  std::string("\"\x01\""),
                                  std::string("\"\xff\""),
                                  std::string("\"\xc0\xaf\""),
                                  std::string(R"("\ud800")"),
                                  std::string(R"("\udc00")"),
                                  std::string(R"("\u0000")"),
                                  std::string("\xef\xbb\xbf{}"),
                                  std::string("{}\0", 3),
                                  deep + std::string(17, ']')}) {
    EXPECT_EQ(IdOf(text), "format/json") << text;
  }
  EXPECT_THAT(ParseJson(deep.substr(1) + std::string(16, ']'), "d"), IsOk());
}

TEST(JsonTest, SurrogatePairsOfOthersAreRead) {
  ASSERT_OK_AND_ASSIGN(const Json value, ParseJson(R"("\ud83d\ude00")", "d"));
  EXPECT_EQ(value.text(), "\xf0\x9f\x98\x80");
}

TEST(JsonTest, AnErrorNamesTheDocumentAndTheByte) {
  EXPECT_THAT(ParseJson(R"({"a":nil})", "index.json").status().message(),
              HasSubstr("index.json: no value that may stand here at byte 5"));
}

}  // namespace
}  // namespace provision
