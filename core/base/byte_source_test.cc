#include "core/base/byte_source.h"

#include <string>

#include "gtest/gtest.h"

namespace provision {
namespace {

TEST(MemoryByteSourceTest, ReadsExactlyWhatIsAskedOrNothing) {
  MemoryByteSource source("abcdef");
  const struct {
    uint64_t offset;
    size_t length;
    absl::StatusCode code;
    std::string want;
  } kCases[] = {
      {0, 6, absl::StatusCode::kOk, "abcdef"},
      {2, 3, absl::StatusCode::kOk, "cde"},
      {6, 0, absl::StatusCode::kOk, ""},
      {6, 1, absl::StatusCode::kOutOfRange, "-"},
      {7, 0, absl::StatusCode::kOutOfRange, ""},
      {0, 7, absl::StatusCode::kOutOfRange, "-------"},
      {~uint64_t{0}, 2, absl::StatusCode::kOutOfRange, "--"},
  };
  for (const auto& c : kCases) {
    std::string out(c.length, '-');
    EXPECT_EQ(source.ReadAt(c.offset, absl::MakeSpan(out)).code(), c.code);
    EXPECT_EQ(out, c.want);
  }
}

}  // namespace
}  // namespace provision
