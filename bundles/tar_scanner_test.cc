#include "bundles/tar_scanner.h"

#include <string>

#include "bundles/testing/refusal_text.h"
#include "bundles/testing/tar_builder.h"
#include "core/base/crypto.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Type = ArchiveEntry::Type;

const ArchiveRules kUpstream = {.profile = ArchiveProfile::kUpstream};

absl::StatusOr<ArchiveListing> Scan(const std::string& bytes,
                                    const ArchiveRules& rules = {}) {
  MemoryByteSource source(bytes);
  SourceStream stream(source, 0, bytes.size());
  return ScanTar(stream, rules);
}

std::string Refusal(const std::string& bytes, const ArchiveRules& rules = {}) {
  return RefusalText(Scan(bytes, rules).status());
}

TEST(TarScannerTest, ListsFilesFoldersAndLinks) {
  const std::string text(1000, 'x');
  absl::StatusOr<ArchiveListing> listing =
      Scan(TarBuilder()
               .Add({.name = "bin/", .type = '5', .mode = "0000755"})
               .Add({.name = "bin/tool", .data = text, .mode = "0000755"})
               .Add({.name = "lib/a", .data = "abc"})
               .Add({.name = "lib/l", .type = '2', .link = "../bin/tool"})
               .Finish());
  ASSERT_TRUE(listing.ok()) << listing.status();
  EXPECT_THAT(
      listing->entries,
      ElementsAre(
          ArchiveEntry{.path = "bin", .type = Type::kDirectory},
          ArchiveEntry{.path = "bin/tool",
                       .executable = true,
                       .size = 1000,
                       .sha256 = Sha256Hex(text)},
          ArchiveEntry{.path = "lib/a", .size = 3, .sha256 = Sha256Hex("abc")},
          ArchiveEntry{.path = "lib/l",
                       .type = Type::kSymlink,
                       .target = "../bin/tool"}));
  EXPECT_EQ(listing->bytes, 1003u);
  EXPECT_EQ(listing->digest, TreeDigest(listing->entries));
  EXPECT_THAT(listing->allowances, IsEmpty());
}

TEST(TarScannerTest, EffectiveNameIsPaxThenGnuThenPrefix) {
  absl::StatusOr<ArchiveListing> listing =
      Scan(TarBuilder()
               .Add({.name = "b", .prefix = "a"})
               .Extended('x', PaxRecord("path", "pax/\u00e9"))
               .Add({.name = "fixed"})
               .Extended('L', std::string("gnu\0", 4))
               .Add({.name = "fixed", .gnu_magic = true})
               .Extended('K', std::string("gnu\0", 4))
               .Add({.name = "link", .type = '2', .link = "x"})
               .Extended('x', PaxRecord("linkpath", "a/b"))
               .Add({.name = "link2", .type = '2', .link = "x"})
               .Finish(),
           kUpstream);
  ASSERT_TRUE(listing.ok()) << listing.status();
  ASSERT_EQ(listing->entries.size(), 5u);
  EXPECT_EQ(listing->entries[0].path, "a/b");
  EXPECT_EQ(listing->entries[1].path, "pax/\u00e9");
  EXPECT_EQ(listing->entries[2].path, "gnu");
  EXPECT_EQ(listing->entries[3].target, "gnu");
  EXPECT_EQ(listing->entries[4].target, "a/b");
  EXPECT_THAT(listing->allowances, ElementsAre("GNU long names"));
}

TEST(TarScannerTest, HardLinksBecomeCopiesUpstream) {
  const std::string bytes =
      TarBuilder()
          .Add({.name = "./", .type = '5', .mode = "0000777"})
          .Add({.name = "./a", .data = "abc", .mode = "0000755"})
          .Add({.name = "./b", .type = '1', .link = "./a"})
          .Finish();
  absl::StatusOr<ArchiveListing> listing = Scan(bytes, kUpstream);
  ASSERT_TRUE(listing.ok()) << listing.status();
  ASSERT_EQ(listing->entries.size(), 2u);
  EXPECT_EQ(listing->entries[1], (ArchiveEntry{.path = "b",
                                               .executable = true,
                                               .size = 3,
                                               .sha256 = Sha256Hex("abc"),
                                               .copy_of = "a"}));
  EXPECT_EQ(listing->bytes, 6u);
  EXPECT_THAT(listing->allowances,
              ElementsAre("hard links, made copies", "names that begin with ./",
                          "write bits for group or others, ignored"));
}

TEST(TarScannerTest, LimitsBindExactly) {
  const std::string bytes = TarBuilder()
                                .Add({.name = "a", .data = "12345"})
                                .Add({.name = "b", .data = "123"})
                                .Finish();
  const struct {
    ArchiveLimits limits;
    std::string reason;
  } kCases[] = {
      {{.members = 2}, ""},
      {{.members = 1}, "b: more than 1 members [archive/limit]"},
      {{.member_bytes = 5}, ""},
      {{.member_bytes = 4}, "a: more than 4 bytes [archive/limit]"},
      {{.total_bytes = 8}, ""},
      {{.total_bytes = 7}, "b: more than 7 bytes in all [archive/limit]"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Refusal(bytes, {.limits = c.limits}), c.reason);
  }
}

TEST(TarScannerTest, RecordsOfAnySizeEndInZeros) {
  const std::string whole = TarBuilder().Add({.name = "a"}).Finish();
  for (size_t blocks : {0, 1, 17, 2000}) {
    EXPECT_EQ(Refusal(whole + std::string(512 * blocks, '\0')), "");
  }
  EXPECT_THAT(Refusal(whole + std::string(1 << 20, '\0')),
              HasSubstr("more zeros"));
  EXPECT_THAT(Refusal(whole + std::string(511, '\0')), HasSubstr("middle"));
}

TEST(TarScannerTest, EveryCutIsRefused) {
  const std::string whole = TarBuilder()
                                .Add({.name = "d/", .type = '5'})
                                .Extended('x', PaxRecord("path", "a"))
                                .Add({.name = "a", .data = "abc"})
                                .Add({.name = "b", .data = "def"})
                                .Finish();
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THAT(Refusal(whole.substr(0, size)), HasSubstr("[archive/tar]"))
        << size;
  }
}

TEST(TarScannerTest, EveryFlippedByteOfAHeaderIsNoticed) {
  const std::string whole =
      TarBuilder().Add({.name = "a", .data = "abc"}).Finish();
  for (size_t i = 0; i < 512; ++i) {
    std::string damaged = whole;
    damaged[i] ^= 1;
    // The end of the check sum field may be NUL or space.
    if (Refusal(damaged).empty()) {
      EXPECT_EQ(Scan(damaged)->digest, Scan(whole)->digest) << i;
    }
  }
}

TEST(TarScannerTest, SaturatedSizeIsInThePaxHeader) {
  const std::string bytes =
      TarBuilder()
          .Extended('x', PaxRecord("size", "3"))
          .Add({.name = "a", .data = "abc", .size = "77777777777"})
          .Finish();
  ASSERT_EQ(Refusal(bytes), "");
  EXPECT_EQ(Scan(bytes)->entries[0].size, 3u);
}

TEST(TarScannerTest, ErrorsOfTheStreamPassThrough) {
  MemoryByteSource source("short");
  SourceStream stream(source, 0, 512);
  EXPECT_EQ(ScanTar(stream, {}).status().code(), absl::StatusCode::kOutOfRange);
}

}  // namespace
}  // namespace provision
