#include "core/plan/text_tree.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

std::string Shape(absl::string_view text, const std::vector<TextField>& fields);

std::string Shape(absl::string_view text, const TextValue& value) {
  if (value.kind == TextValue::Kind::kMessage) {
    return absl::StrCat("{", Shape(text, value.fields), "}");
  }
  const char kind = value.kind == TextValue::Kind::kWord     ? 'w'
                    : value.kind == TextValue::Kind::kNumber ? 'n'
                                                             : 's';
  return absl::StrCat(std::string(1, kind), "`", value.span.In(text), "`");
}

// The tree on one line: `a=n`1` b={c=[w`X` w`Y`]}`.
std::string Shape(absl::string_view text,
                  const std::vector<TextField>& fields) {
  std::vector<std::string> parts;
  for (const TextField& field : fields) {
    std::vector<std::string> values;
    for (const TextValue& value : field.values) {
      values.push_back(Shape(text, value));
    }
    const std::string joined = absl::StrJoin(values, " ");
    parts.push_back(absl::StrCat(field.is_extension ? "@" : "", field.name, "=",
                                 field.is_list ? "[" : "", joined,
                                 field.is_list ? "]" : ""));
  }
  return absl::StrJoin(parts, " ");
}

TEST(TextTreeTest, HasTheShapeOfTheText) {
  struct Case {
    const char* text;
    const char* shape;
  };
  for (const Case& c : {
           Case{"", ""},
           Case{"# only a remark", ""},
           Case{"a: 1", "a=n`1`"},
           Case{"a:-1 b:1.5e-3 c:.5f d:0x1F",
                "a=n`-1` b=n`1.5e-3` c=n`.5f` "
                "d=n`0x1F`"},
           Case{"a: -inf", "a=w`-inf`"},
           Case{"a: TRUE, b: x; c: y", "a=w`TRUE` b=w`x` c=w`y`"},
           Case{R"(a: "x" 'y' # z)", R"(a=s`"x" 'y'`)"},
           Case{R"(a: "x\"y\\" b: 1)", R"(a=s`"x\"y\\"` b=n`1`)"},
           Case{"a { b: 1 } c: { } d < e: 2 >", "a={b=n`1`} c={} d={e=n`2`}"},
           Case{"a: [] b: [1, 2] c [ {x:1}, {} ]",
                "a=[] b=[n`1` n`2`] c=[{x=n`1`} {}]"},
           Case{"a: [1, 2,]", "a=[n`1` n`2`]"},
           Case{"[x.y] { } [ p . q/r-s ]: 2", "@x.y={} @p.q/r-s=n`2`"},
           Case{"a: 1\r\n#c\r\nb: 2\r\n", "a=n`1` b=n`2`"},
       }) {
    const TextTree tree = ParseTextTree(c.text);
    EXPECT_EQ(Shape(c.text, tree.fields), c.shape) << c.text;
    EXPECT_TRUE(tree.errors.empty())
        << c.text << ": " << tree.errors[0].message;
  }
}

std::string Errors(absl::string_view text) {
  std::vector<std::string> lines;
  for (const TextError& error : ParseTextTree(text).errors) {
    lines.push_back(absl::StrCat(error.span.begin, "+",
                                 error.span.end - error.span.begin, " ",
                                 error.message));
  }
  return absl::StrJoin(lines, "|");
}

TEST(TextTreeTest, SaysWhatIsWrongAndWhere) {
  struct Case {
    const char* text;
    const char* errors;
  };
  for (const Case& c : {
           Case{"a 1", "2+1 \":\" or \"{\" after a should be here, not 1"},
           Case{"a",
                "1+0 the text ends where \":\" or \"{\" after a should "
                "be"},
           Case{"a:", "2+0 the text ends where a value of a should be"},
           Case{"a: }", "3+1 a value of a should be here, not }"},
           Case{"a: \"x", "3+2 this text in quotes does not end"},
           Case{"a: \"x\nb: 'y",
                "3+2 this text in quotes does not end|"
                "9+2 this text in quotes does not end"},
           Case{"a { b: 1", "2+1 this \"{\" is never closed"},
           Case{"a: [1", "5+0 the text ends where \",\" or \"]\" should be"},
           Case{"a: [1, ", "3+1 this \"[\" is never closed"},
           Case{"a: [1 2]", "6+1 \",\" or \"]\" should be here, not 2"},
           Case{"}", "0+1 nothing is open that this \"}\" could close"},
           Case{"a { >", "4+1 the name of a field should be here, not >"},
           Case{"3: 4", "0+1 the name of a field should be here, not 3"},
           Case{"[]: 4",
                "1+1 the name of an extension, then \"]\", should be "
                "here, not ]"},
           Case{"a: \x01", "3+1 a character that no plan has"},
           Case{"a: - \"x\"", "5+3 a value of a should be here, not \"x\""},
           // Each outermost field on its own.
           Case{"a 1\nb: 2\nc 3",
                "2+1 \":\" or \"{\" after a should be here, "
                "not 1|11+1 \":\" or \"{\" after c should "
                "be here, not 3"},
       }) {
    EXPECT_EQ(Errors(c.text), c.errors) << c.text;
  }
}

TEST(TextTreeTest, ANulIsInNoTextNotEvenInAComment) {
  EXPECT_EQ(Errors(absl::string_view("# a\0b\na: 1", 10)),
            "3+1 a character that no plan has");
}

TEST(TextTreeTest, WhatFollowsAnUnclosedMessageIsOutside) {
  const absl::string_view text =
      "a {\n  b: 1\n  c {\n  d: 2\n}\na {\n  b: 3\n}\n";
  const TextTree tree = ParseTextTree(text);
  EXPECT_EQ(Shape(text, tree.fields), "a={b=n`1` c={d=n`2`}} a={b=n`3`}");
  ASSERT_EQ(tree.errors.size(), 1u);
  EXPECT_EQ(tree.errors[0].span.begin, 2u);
}

TEST(TextTreeTest, DepthIsLimited) {
  const auto nested = [](int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += "a {";
    for (int i = 0; i < depth; ++i) text += "}";
    return text;
  };
  EXPECT_EQ(Errors(nested(32)), "");
  EXPECT_EQ(Errors(nested(33)), "98+1 nested deeper than 32");
  EXPECT_EQ(Errors(nested(1000000)), "98+1 nested deeper than 32");
}

TEST(TextTreeTest, ErrorsAreLimited) {
  std::string text;
  for (int i = 0; i < 100000; ++i) text += "a {\n";
  EXPECT_LE(ParseTextTree(text).errors.size(), 100u);
}

}  // namespace
}  // namespace provision
