#include "bundles/name_rules.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "bundles/testing/refusal_text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

using ::testing::HasSubstr;

TEST(CheckNameTest, OrdinaryAndOddButHarmlessNames) {
  for (const std::string name :
       {"a", "a/b/c", "...", "a..b", ".hidden", "-rf", "a ", "CON", "aux.txt",
        "ab:c", "a?b*", "100%2e%2e", "\u00e9/\u4e2d\u6587", "a\u200db"}) {
    EXPECT_TRUE(CheckName(name, /*windows=*/false).ok()) << name;
  }
}

TEST(CheckNameTest, RefusesWithAReason) {
  const struct {
    std::string name, reason;
  } kCases[] = {
      {"", "empty name"},
      {"/", "absolute"},
      {"/etc/passwd", "absolute"},
      {"//a", "absolute"},
      {"..", "\"..\" in a name"},
      {"../a", "\"..\" in a name"},
      {"a/../b", "\"..\" in a name"},
      {"a/..", "\"..\" in a name"},
      {"a//..//b", "empty component"},
      {"a//b", "empty component"},
      {"a/", "empty component"},
      {".", "\".\" in a name"},
      {"./a", "\".\" in a name"},
      {"a/./b", "\".\" in a name"},
      {"a\\b", "backslash"},
      {"C:", "drive prefix"},
      {"c:/x", "drive prefix"},
      {std::string("a\0b", 3), "NUL"},
      {"a\nb", "control"},
      {"a\rb", "control"},
      {"\x1b[2Ja", "control"},
      {"a\x7f", "control"},
      {"a\u0085", "control"},
      {"a\u009f", "control"},
      {"a\u061c", "bidirectional"},
      {"a\u200e", "bidirectional"},
      {"a\u202etxt.exe", "bidirectional"},
      {"a\u2066", "bidirectional"},
      {"\ufeffa", "byte order mark"},
      {"a\uffff", "noncharacter"},
      {"a\ufdd0", "noncharacter"},
      {"a\U0001fffe", "noncharacter"},
      {"a\xc0\xaf..", "UTF-8"},
      {"a\xff", "UTF-8"},
      {"a\xed\xa0\x80", "UTF-8"},
  };
  for (const auto& c : kCases) {
    absl::Status status = CheckName(c.name, /*windows=*/false);
    EXPECT_THAT(RefusalText(status), HasSubstr(c.reason)) << c.name;
    EXPECT_THAT(RefusalText(status), HasSubstr("[archive/name]"));
  }
}

TEST(CheckNameTest, LimitsAreExact) {
  const std::string component(255, 'c');
  const std::string deep =
      absl::StrReplaceAll(std::string(64, 'x'), {{"x", "d/"}});
  const std::string name_1023 =
      absl::StrJoin(std::vector<std::string>(4, component), "/");
  EXPECT_TRUE(CheckName(component, false).ok());
  EXPECT_TRUE(CheckName(deep.substr(0, deep.size() - 1), false).ok());
  EXPECT_TRUE(CheckName(name_1023, false).ok());
  for (const std::string& name : {component + "c", deep + "d", name_1023 + "/a",
                                  std::string(5000, 'a')}) {
    EXPECT_THAT(RefusalText(CheckName(name, false)),
                HasSubstr("[archive/limit]"));
  }
}

TEST(CheckNameTest, WindowsReservesMore) {
  for (const std::string name :
       {"CON", "con", "a/Nul", "aux.txt", "COM1", "com1.tar.gz", "LPT9",
        "COM\u00b2", "con .txt", "a.", "a ", "a:b", "a<b", "a\"b", "a|b", "a?",
        "a*", "b/c./d"}) {
    EXPECT_THAT(RefusalText(CheckName(name, /*windows=*/true)),
                HasSubstr("[archive/name]"))
        << name;
  }
  for (const std::string name :
       {"console", "COM", "COM10", "LPT", "nulls", "a.b", "-x", "com\u00b4"}) {
    EXPECT_TRUE(CheckName(name, /*windows=*/true).ok()) << name;
  }
}

TEST(CheckLinkTargetTest, DotsMayStandInATarget) {
  for (const std::string target : {"b", "../b", "./b", "..", ".", "a/../b"}) {
    EXPECT_TRUE(CheckLinkTarget("l", target, false).ok()) << target;
  }
}

TEST(CheckLinkTargetTest, RefusesAsType) {
  for (const std::string target :
       {"", "/etc/passwd", "a//b", "a/", "C:/x", "a\\b", "a\nb", "a\xff"}) {
    absl::Status status = CheckLinkTarget("l", target, false);
    EXPECT_THAT(RefusalText(status), HasSubstr("l: link to"));
    EXPECT_THAT(RefusalText(status), HasSubstr("[archive/type]"));
  }
}

}  // namespace
}  // namespace provision
