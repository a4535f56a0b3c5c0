#include "bundles/little_endian.h"

#include "gtest/gtest.h"

namespace provision {
namespace {

TEST(LittleEndianTest, LowestByteFirst) {
  const absl::string_view bytes("\x01\x02\xff\x80\x00\x00\x00\x00\xfe", 9);
  EXPECT_EQ(LittleEndian(bytes, 0, 1), 0x01u);
  EXPECT_EQ(LittleEndian(bytes, 0, 2), 0x0201u);
  EXPECT_EQ(LittleEndian(bytes, 2, 2), 0x80ffu);
  EXPECT_EQ(LittleEndian(bytes, 0, 4), 0x80ff0201u);
  EXPECT_EQ(LittleEndian(bytes, 1, 8), 0xfe0000000080ff02u);
  EXPECT_EQ(LittleEndian(bytes, 9, 0), 0u);
}

}  // namespace
}  // namespace provision
