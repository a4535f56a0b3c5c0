#include "bundles/byte_stream.h"

#include <string>

#include "gtest/gtest.h"

namespace provision {
namespace {

TEST(SourceStreamTest, GivesItsWindowAndEnds) {
  MemoryByteSource source("0123456789");
  SourceStream stream(source, 2, 5);
  std::string out(3, '-');
  EXPECT_EQ(*stream.Read(absl::MakeSpan(out)), 3u);
  EXPECT_EQ(out, "234");
  EXPECT_EQ(*stream.Read(absl::MakeSpan(out)), 2u);
  EXPECT_EQ(out, "564");
  EXPECT_EQ(*stream.Read(absl::MakeSpan(out)), 0u);
}

TEST(SourceStreamTest, AWindowBeyondTheSourceIsAnError) {
  MemoryByteSource source("0123");
  SourceStream stream(source, 2, 5);
  std::string out(5, '-');
  EXPECT_EQ(stream.Read(absl::MakeSpan(out)).status().code(),
            absl::StatusCode::kOutOfRange);
}

// Gives one byte at a time.
class Dripping : public ByteStream {
 public:
  explicit Dripping(int left) : left_(left) {}
  absl::StatusOr<size_t> Read(absl::Span<char> out) override {
    if (left_ == 0) return 0;
    --left_;
    out[0] = 'x';
    return 1;
  }

 private:
  int left_;
};

TEST(ReadFullTest, JoinsShortReadsUpToTheEnd) {
  Dripping stream(5);
  std::string out(3, '-');
  EXPECT_EQ(*ReadFull(stream, absl::MakeSpan(out)), 3u);
  EXPECT_EQ(out, "xxx");
  EXPECT_EQ(*ReadFull(stream, absl::MakeSpan(out)), 2u);
  EXPECT_EQ(*ReadFull(stream, absl::MakeSpan(out)), 0u);
}

}  // namespace
}  // namespace provision
