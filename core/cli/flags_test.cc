#include "core/cli/flags.h"

#include <set>

#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(FlagsTest, EachIsDefinedOnceWithAHelpAndADefaultThatItTakes) {
  std::set<absl::string_view> names;
  std::set<char> letters;
  for (const Flag& flag : Flags()) {
    SCOPED_TRACE(std::string(flag.name));
    EXPECT_TRUE(names.insert(flag.name).second);
    if (flag.letter != 0) {
      EXPECT_TRUE(letters.insert(flag.letter).second);
    }
    EXPECT_FALSE(FlagHelp(flag).empty());
    EXPECT_EQ(flag.placeholder.empty(), flag.type == Flag::Type::kBoolean);
    std::string normal;
    if (flag.type != Flag::Type::kText || !flag.choices.empty()) {
      EXPECT_TRUE(SetFlag(flag, FlagDefault(flag), &normal));
      EXPECT_EQ(normal, FlagDefault(flag));
    }
  }
}

TEST(FlagsTest, FoundByEitherSpellingAndByLetter) {
  EXPECT_EQ(FindFlag("state-dir"), FindFlag("state_dir"));
  EXPECT_NE(FindFlag("state-dir"), nullptr);
  EXPECT_EQ(FindFlag('o'), FindFlag("out"));
  EXPECT_EQ(FindFlag('x'), nullptr);
  // gflags' own, which would read files and variables.
  for (absl::string_view name : {"flagfile", "fromenv", "tryfromenv", "undefok",
                                 "help", "version", "tab_completion_word"}) {
    EXPECT_EQ(FindFlag(name), nullptr) << name;
  }
}

TEST(FlagsTest, ValuesAreChecked) {
  const struct {
    absl::string_view name, value, normal;  // normal "": refused
  } kCases[] = {{"jobs", "4", "4"},      {"jobs", "-1", ""},
                {"jobs", "many", ""},    {"jobs", "4x", ""},
                {"jobs", "", ""},        {"json", "true", "true"},
                {"json", "no", "false"}, {"json", "1", "true"},
                {"json", "maybe", ""},   {"color", "never", "never"},
                {"color", "Never", ""},  {"color", "", ""},
                {"out", "a b", "a b"},   {"jobs", "99999999999", ""}};
  for (const auto& c : kCases) {
    std::string normal;
    EXPECT_EQ(SetFlag(*FindFlag(c.name), c.value, &normal), !c.normal.empty())
        << c.name << "=" << c.value;
    if (!c.normal.empty()) {
      EXPECT_EQ(normal, c.normal);
    }
  }
}

// P6: what consents, or makes a run less safe, is written on the line alone.
TEST(FlagsTest, NothingThatConsentsHasAVariable) {
  for (absl::string_view name :
       {"approved", "accept", "redo", "assume-done", "fresh", "recover",
        "durability", "no-state-lock"}) {
    EXPECT_EQ(FindFlag(name)->variable, "") << name;
  }
}

}  // namespace
}  // namespace provision
