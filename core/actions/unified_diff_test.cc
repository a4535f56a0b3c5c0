#include "core/actions/unified_diff.h"

#include <cstdlib>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(UnifiedDiffTest, OneLineChanged) {
  // The sample of spec/cli.md 4.2.
  EXPECT_THAT(UnifiedDiff("[[index]]\nurl = \"a\"\ndefault = true\n",
                          "[[index]]\nurl = \"b\"\ndefault = true\n"),
              ElementsAre("@@ -1,3 +1,3 @@", " [[index]]", "-url = \"a\"",
                          "+url = \"b\"", " default = true"));
}

TEST(UnifiedDiffTest, EqualTextsHaveNone) {
  EXPECT_THAT(UnifiedDiff("a\n", "a\n"), IsEmpty());
  EXPECT_THAT(UnifiedDiff("", ""), IsEmpty());
}

TEST(UnifiedDiffTest, NewAndRemovedText) {
  EXPECT_THAT(UnifiedDiff("", "a\nb\n"),
              ElementsAre("@@ -0,0 +1,2 @@", "+a", "+b"));
  EXPECT_THAT(UnifiedDiff("a\n", ""), ElementsAre("@@ -1 +0,0 @@", "-a"));
}

TEST(UnifiedDiffTest, AMissingFinalNewlineIsSaid) {
  EXPECT_THAT(
      UnifiedDiff("a", "a\n"),
      ElementsAre("@@ -1 +1 @@", "-a", "\\ No newline at end of file", "+a"));
}

TEST(UnifiedDiffTest, FarChangesAreTwoHunks) {
  std::string before, after;
  for (int i = 1; i <= 20; ++i) {
    absl::StrAppend(&before, i, "\n");
    absl::StrAppend(&after, i == 2 || i == 18 ? i * 100 : i, "\n");
  }
  EXPECT_THAT(UnifiedDiff(before, after),
              ElementsAre("@@ -1,5 +1,5 @@", " 1", "-2", "+200", " 3", " 4",
                          " 5", "@@ -15,6 +15,6 @@", " 15", " 16", " 17", "-18",
                          "+1800", " 19", " 20"));
}

// Applies the diff to `before`, so that any wrong line shows.
std::string Patch(const std::string& before,
                  const std::vector<std::string>& diff) {
  std::vector<std::string> old_lines;
  std::string rest = before;
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    old_lines.push_back(rest.substr(0, end));
    rest = rest.substr(end + 1);
  }
  std::string after;
  size_t at = 0;
  for (const std::string& line : diff) {
    if (line[0] == '@') {
      int start = 0, count = 1;
      sscanf(line.c_str(), "@@ -%d,%d", &start, &count);
      const size_t target = count == 0 ? start : start - 1;
      while (at < target) absl::StrAppend(&after, old_lines[at++], "\n");
      continue;
    }
    if (line[0] != '+') {
      EXPECT_EQ(line.substr(1), old_lines.at(at));
      ++at;
    }
    if (line[0] != '-') absl::StrAppend(&after, line.substr(1), "\n");
  }
  while (at < old_lines.size()) absl::StrAppend(&after, old_lines[at++], "\n");
  return after;
}

TEST(UnifiedDiffTest, PatchingGivesTheNewText) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::string before, after;
    const int lines = static_cast<int>(random() % 30);
    for (int i = 0; i < lines; ++i) {
      const std::string line = absl::StrCat(random() % 4, "\n");
      if (random() % 4 != 0) before += line;
      if (random() % 4 != 0) after += line;
    }
    EXPECT_EQ(Patch(before, UnifiedDiff(before, after)), after)
        << "from:\n"
        << before << "to:\n"
        << after;
  }
}

TEST(UnifiedDiffTest, VeryDifferentTextsAreReplaced) {
  std::string before, after;
  for (int i = 0; i < 3000; ++i) {
    absl::StrAppend(&before, "a", i, "\n");
    absl::StrAppend(&after, "b", i, "\n");
  }
  EXPECT_EQ(Patch(before, UnifiedDiff(before, after)), after);
}

TEST(UnifiedDiffTest, TextOrNot) {
  EXPECT_TRUE(IsText("a\tb\r\nä"));
  EXPECT_FALSE(IsText(absl::string_view("a\0b", 3)));
  EXPECT_FALSE(IsText("\x1b[31m"));
}

}  // namespace
}  // namespace provision
