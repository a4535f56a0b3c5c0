#include "core/base/crc32c.h"

#include <string>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

// The check value of the catalogue, then RFC 3720, appendix B.4.
TEST(Crc32cTest, KnownAnswers) {
  std::string rising, falling;
  for (int i = 0; i < 32; ++i) {
    rising.push_back(static_cast<char>(i));
    falling.push_back(static_cast<char>(31 - i));
  }
  EXPECT_EQ(Crc32c(""), 0u);
  EXPECT_EQ(Crc32c("123456789"), 0xe3069283u);
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8a9136aau);
  EXPECT_EQ(Crc32c(std::string(32, '\xff')), 0x62a8ab43u);
  EXPECT_EQ(Crc32c(rising), 0x46dd794eu);
  EXPECT_EQ(Crc32c(falling), 0x113fdb5cu);
}

// The two headers of the test vector in the journal's format.
TEST(Crc32cTest, JournalVector) {
  EXPECT_EQ(Crc32c(absl::HexStringToBytes("5052564a030000000000000000000000"
                                          "14000000")),
            0x5b4d789du);
  EXPECT_EQ(Crc32c(absl::HexStringToBytes("5052564a000000000100000000000000"
                                          "13800000")),
            0xebe303d7u);
}

TEST(Crc32cTest, ContinuesWhereItStopped) {
  const std::string text = "a text that is cut everywhere";
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(Crc32c(text.substr(cut), Crc32c(text.substr(0, cut))),
              Crc32c(text));
  }
}

}  // namespace
}  // namespace provision
