#include "core/base/byte_text.h"

#include "gtest/gtest.h"

namespace provision {
namespace {

TEST(ByteTextTest, PowersOfTen) {
  const struct {
    uint64_t bytes;
    const char* text;
  } kCases[] = {{0, "0 B"},
                {97, "97 B"},
                {999, "999 B"},
                {1000, "1.0 kB"},
                {1549, "1.5 kB"},
                {99'949, "99.9 kB"},
                {99'960, "100 kB"},
                {999'499, "999 kB"},
                {999'500, "1.0 MB"},
                {28'103'412, "28.1 MB"},
                {163'000'000, "163 MB"},
                {2'400'000'000, "2.4 GB"},
                {UINT64_MAX, "18.4 EB"}};
  for (const auto& c : kCases) EXPECT_EQ(ByteText(c.bytes), c.text) << c.bytes;
}

TEST(ByteTextTest, APartIsInTheUnitOfTheWhole) {
  EXPECT_EQ(BytesOfText(11'700'000, 18'800'000), "11.7 of 18.8 MB");
  EXPECT_EQ(BytesOfText(5'000, 18'800'000), "0.0 of 18.8 MB");
  EXPECT_EQ(BytesOfText(5, 97), "5 of 97 B");
}

}  // namespace
}  // namespace provision
