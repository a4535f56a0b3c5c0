#include "bundles/oci/container.h"

#include <string>

#include "core/base/crypto.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(ContainerTest, EveryBundleBeginsWithTheSameBytes) {
  EXPECT_EQ(Sha256Hex(ContainerHead()),
            "2e49b8d46da5196032df768df732aaf18af36eaa74c482cec6a63357a2a6057d");
}

TEST(ContainerTest, AHeaderIsReadOnlyIfItIsTheOneOfItsSize) {
  const std::string name = BlobName(std::string(64, 'a'));
  for (const uint64_t size : {uint64_t{0}, uint64_t{513}, kMaxBlobBytes}) {
    const std::string header = ContainerHeader(name, size);
    ASSERT_EQ(header.size(), kContainerBlock);
    EXPECT_THAT(SizeInHeader(header, name), IsOkAndHolds(size));
  }
  const std::string header = ContainerHeader(name, 513);
  for (size_t bit = 0; bit < header.size() * 8; ++bit) {
    std::string other = header;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(SizeInHeader(other, name).ok()) << bit;
  }
  EXPECT_FALSE(SizeInHeader(header.substr(1), name).ok());
}

TEST(ContainerTest, EntriesAreWholeBlocks) {
  EXPECT_EQ(EntryBytes(0), 512u);
  EXPECT_EQ(EntryBytes(1), 1024u);
  EXPECT_EQ(EntryBytes(512), 1024u);
  EXPECT_EQ(PaddingOf(513), 511u);
}

}  // namespace
}  // namespace provision
