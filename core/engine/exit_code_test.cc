#include "core/engine/exit_code.h"

#include <set>

#include "gtest/gtest.h"

namespace provision {
namespace {

TEST(ExitCodeTest, TheTableHoldsExactlyTheCodesOfTheSpecification) {
  std::vector<int> numbers;
  std::set<absl::string_view> meanings;
  for (const ExitCodeEntry& entry : ExitCodes()) {
    numbers.push_back(static_cast<int>(entry.code));
    EXPECT_FALSE(entry.brief.empty());
    EXPECT_FALSE(entry.verdict.empty());
    EXPECT_TRUE(meanings.insert(entry.meaning).second) << entry.meaning;
    EXPECT_EQ(DescribeExitCode(entry.code).meaning, entry.meaning);
  }
  EXPECT_EQ(numbers, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 64, 65, 74}));
}

TEST(ExitCodeTest, TheMoreUrgentOfTwoIsTheSameInEitherOrder) {
  // reliability.md 16: "When several apply: 74, 4, 6, 3, 1, 7, 8, 2, 0".
  const int kOrder[] = {64, 5, 74, 4, 6, 3, 65, 1, 7, 8, 2, 0};
  for (size_t i = 0; i < std::size(kOrder); ++i) {
    for (size_t j = i; j < std::size(kOrder); ++j) {
      const auto first = static_cast<ExitCode>(kOrder[i]);
      const auto second = static_cast<ExitCode>(kOrder[j]);
      EXPECT_EQ(MoreUrgent(first, second), first) << i << " " << j;
      EXPECT_EQ(MoreUrgent(second, first), first) << i << " " << j;
    }
  }
}

}  // namespace
}  // namespace provision
