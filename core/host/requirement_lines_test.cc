#include "core/host/requirement_lines.h"

#include <string>
#include <vector>

#include "core/host/error_offset.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

absl::optional<std::string> Variable(const std::string& name) {
  if (name == "DIR") return "some/dir";
  if (name == "EMPTY") return "";
  if (name == "NESTED") return "${DIR}";
  return absl::nullopt;
}

// The texts of the lines that are not blank.
std::vector<std::string> Texts(const std::string& text) {
  std::vector<std::string> texts;
  for (const RequirementLine& line : SplitRequirementLines(text, Variable)) {
    if (!line.text.empty()) texts.push_back(line.text);
  }
  return texts;
}

using List = std::vector<std::string>;

TEST(RequirementLinesTest, JoinsStripsAndExpands) {
  struct Case {
    std::string text;
    List lines;
  };
  for (const Case& c : {
           Case{"", {}},
           Case{"a\nb", {"a", "b"}},
           Case{"a\r\nb\rc", {"a", "b", "c"}},
           Case{"a\\\nb\\\n  c\nd", {"ab  c", "d"}},
           Case{"a \\\n\nb", {"a", "b"}},
           Case{"a\\", {"a"}},
           Case{"a \\\n# c\nb", {"a", "b"}},       // the comment ends it
           Case{"a \\\n  # c \\\nb", {"a", "b"}},  // and is not continued
           Case{"# c \\\nb", {"b"}},
           Case{"a # c \\\nb", {"a"}},  // joined first, then stripped
           Case{"a # c\n\t#x\n#y\nb", {"a", "b"}},
           Case{"a#egg=b #c", {"a#egg=b"}},
           Case{"a\u00a0# wide space before", {"a"}},
           Case{"\\a\\\nb", {"ab"}},  // stripped at both ends, as pip does
           Case{"x${DIR}y ${EMPTY} ${UNSET} $DIR ${dir} ${}",
                {"xsome/diry ${EMPTY} ${UNSET} $DIR ${dir} ${}"}},
           Case{"${NESTED}", {"${DIR}"}},  // once only
           Case{"${DIR", {"${DIR"}},
       }) {
    EXPECT_EQ(Texts(c.text), c.lines) << c.text;
  }
}

TEST(RequirementLinesTest, LinesCoverTheTextWithoutGaps) {
  for (const std::string text :
       {"", "a", "a\n", "\n\na \\\r\nb\\", "# x\n\n", "a\\\n# c\n\u2028b"}) {
    uint32_t at = 0;
    for (const RequirementLine& line : SplitRequirementLines(text, Variable)) {
      EXPECT_EQ(line.begin, at);
      EXPECT_EQ(line.offsets.size(), line.text.size() + 1);
      at = line.end;
    }
    EXPECT_EQ(at, text.size()) << text;
  }
}

TEST(RequirementLinesTest, RemembersWhereEachByteCameFrom) {
  const std::string text = "  ab \\\n c${DIR}d # x";
  const RequirementLine line = SplitRequirementLines(text, Variable)[0];
  ASSERT_EQ(line.text, "ab  csome/dird");
  EXPECT_EQ(line.offsets[0], text.find('a'));
  EXPECT_EQ(line.offsets[line.text.find('c')], text.find('c'));
  EXPECT_EQ(line.offsets[line.text.find('s')], text.find("${"));
  EXPECT_EQ(line.offsets[line.text.find("d", 12)], text.find("d #"));
}

TEST(RequirementLinesTest, SecretsAreNotLookedUp) {
  const auto lines = SplitRequirementLines(
      "-i https://${USER}:${TOKEN}@h.example/${DIR}",
      [](const std::string& name) -> absl::optional<std::string> {
        EXPECT_EQ(name, "DIR");
        return "d";
      });
  ASSERT_EQ(lines.size(), 1);
  EXPECT_EQ(lines[0].text, "-i https://${USER}:${TOKEN}@h.example/d");
  EXPECT_EQ(lines[0].secret_variables, (List{"USER", "TOKEN"}));
}

TEST(RequirementLinesTest, WordsAreThoseOfAShell) {
  struct Case {
    std::string line;
    List words;
  };
  for (const Case& c : {
           Case{"a b", {"a", "b"}},
           Case{"'a b'c \"d e\"", {"a bc", "d e"}},
           Case{R"(a\ b "c\"d\x" 'e\')", {"a b", R"(c"d\x)", R"(e\)"}},
           Case{"''", {""}},
       }) {
    List words;
    for (size_t at = 0; at < c.line.size(); ++at) {
      const auto word = TakeOptionWord(c.line, at);
      ASSERT_TRUE(word.ok()) << word.status();
      words.push_back(word->text);
    }
    EXPECT_EQ(words, c.words) << c.line;
  }
  for (const auto& [line, offset] : std::vector<std::pair<std::string, size_t>>{
           {"ab'c", 2}, {"\"a\\\"", 0}, {"a\\", 1}}) {
    size_t at = 0;
    EXPECT_EQ(ErrorOffset(TakeOptionWord(line, at).status()), offset) << line;
  }
}

TEST(RequirementLinesTest, ColumnsCountCharacters) {
  const std::string text = "\u00fc\u4e2db\r\nx\ry";
  const auto at = [&](char c) { return FindLineColumn(text, text.find(c)); };
  EXPECT_EQ(at('b').line, 1);
  EXPECT_EQ(at('b').column, 3);
  EXPECT_EQ(at('x').line, 2);
  EXPECT_EQ(at('x').column, 1);
  EXPECT_EQ(at('y').line, 3);
}

}  // namespace
}  // namespace provision
