#include "core/base/source_hash.h"

#include <string>

#include "core/testing/testing.h"

namespace provision {
namespace {

class BrokenSource final : public ByteSource {
 public:
  uint64_t size() const override { return 1; }
  absl::Status ReadAt(uint64_t, absl::Span<char>) const override {
    return absl::UnavailableError("the disk is gone");
  }
};

TEST(SourceHashTest, IsThatOfTheBytes) {
  // None, one piece, and more than one with a rest.
  for (const size_t size : {size_t{0}, size_t{1}, size_t{600} << 10}) {
    std::string bytes(size, 'x');
    if (size > 0) bytes.back() = 'y';
    Sha256 hash;
    ASSERT_OK(HashSource(MemoryByteSource(bytes), hash));
    EXPECT_EQ(hash.FinalHex(), Sha256Hex(bytes)) << size;
  }
}

TEST(SourceHashTest, AnErrorOfReadingIsTold) {
  Sha256 hash;
  EXPECT_THAT(HashSource(BrokenSource(), hash),
              StatusIs(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace provision
