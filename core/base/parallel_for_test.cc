#include "core/base/parallel_for.h"

#include <atomic>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;

TEST(ParallelForTest, EachIndexOnce) {
  for (int threads : {-1, 1, 2, 8, 1000}) {
    std::vector<std::atomic<int>> calls(100);
    EXPECT_OK(ParallelFor(calls.size(), threads, [&calls](size_t i) {
      ++calls[i];
      return absl::OkStatus();
    }));
    for (const std::atomic<int>& count : calls) EXPECT_EQ(count, 1);
  }
  EXPECT_OK(
      ParallelFor(0, 4, [](size_t) { return absl::InternalError("called"); }));
}

TEST(ParallelForTest, OneThreadGoesInOrderAndStopsAtAnError) {
  std::vector<size_t> seen;
  EXPECT_THAT(ParallelFor(5, 1,
                          [&seen](size_t i) {
                            seen.push_back(i);
                            return i == 2 ? absl::InternalError("two")
                                          : absl::OkStatus();
                          }),
              StatusIs(absl::StatusCode::kInternal, "two"));
  EXPECT_THAT(seen, ElementsAre(0, 1, 2));
}

TEST(ParallelForTest, TheLowestErrorCounts) {
  for (int i = 0; i < 50; ++i) {
    const absl::Status status = ParallelFor(
        8, 8, [](size_t i) { return absl::InternalError(absl::StrCat(i)); });
    EXPECT_FALSE(status.ok());
    EXPECT_EQ(status.message().size(), 1u);
  }
}

TEST(ParallelForTest, ThereIsAThread) { EXPECT_GE(DefaultThreads(), 1); }

}  // namespace
}  // namespace provision
