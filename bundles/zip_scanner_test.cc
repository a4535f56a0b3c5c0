#include "bundles/zip_scanner.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "bundles/testing/refusal_text.h"
#include "bundles/testing/zip_builder.h"
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
  return ScanZip(source, rules);
}

std::string Refusal(const std::string& bytes, const ArchiveRules& rules = {}) {
  return RefusalText(Scan(bytes, rules).status());
}

TEST(ZipScannerTest, ListsMembersOfEveryMethod) {
  const std::string text(5000, 'x');
  absl::StatusOr<ArchiveListing> listing = Scan(
      ZipBuilder()
          .Add({.name = "d/", .attributes = uint32_t{0040755} << 16 | 0x10})
          .Add({.name = "d/stored", .data = "abc"})
          .Add({.name = "d/deflated",
                .data = text,
                .method = 8,
                .attributes = uint32_t{0100755} << 16})
          .Add({.name = "d/\u00e9", .data = text, .method = 93, .flags = 2048})
          .Add({.name = "streamed",
                .data = text,
                .method = 8,
                .descriptor = ZipDescriptor::kSigned})
          .Add({.name = "dos", .host = 0, .attributes = 0x20})
          .Finish({.comment = "made by hand"}));
  ASSERT_TRUE(listing.ok()) << listing.status();
  EXPECT_THAT(
      listing->entries,
      ElementsAre(
          ArchiveEntry{.path = "d", .type = Type::kDirectory},
          ArchiveEntry{
              .path = "d/stored", .size = 3, .sha256 = Sha256Hex("abc")},
          ArchiveEntry{.path = "d/deflated",
                       .executable = true,
                       .size = 5000,
                       .sha256 = Sha256Hex(text)},
          ArchiveEntry{
              .path = "d/\u00e9", .size = 5000, .sha256 = Sha256Hex(text)},
          ArchiveEntry{
              .path = "streamed", .size = 5000, .sha256 = Sha256Hex(text)},
          ArchiveEntry{.path = "dos", .sha256 = Sha256Hex("")}));
  EXPECT_EQ(listing->bytes, 15003u);
  EXPECT_EQ(listing->digest, TreeDigest(listing->entries));
  EXPECT_THAT(listing->allowances, IsEmpty());
}

TEST(ZipScannerTest, EntriesComeInTheOrderOfTheirData) {
  const uint32_t second = 30 + 1 + 3;
  std::string bytes =
      ZipBuilder()
          .Add({.name = "a", .data = "abc", .is_in_directory = false})
          .Add({.name = "b", .data = "abc"})
          .Add({.name = "a", .data = "abc", .offset = 0, .has_local = false})
          .Finish();
  absl::StatusOr<ArchiveListing> listing = Scan(bytes);
  ASSERT_TRUE(listing.ok()) << listing.status() << second;
  EXPECT_EQ(listing->entries[0].path, "a");
  EXPECT_EQ(listing->entries[1].path, "b");
}

TEST(ZipScannerTest, LimitsBindExactly) {
  const std::string bytes = ZipBuilder()
                                .Add({.name = "a", .data = "12345"})
                                .Add({.name = "b", .data = "123"})
                                .Finish();
  const struct {
    ArchiveLimits limits;
    std::string reason;
  } kCases[] = {
      {{.members = 2}, ""},
      {{.members = 1}, "more than 1 members [archive/limit]"},
      {{.member_bytes = 5}, ""},
      {{.member_bytes = 4}, "a: more than 4 bytes [archive/limit]"},
      {{.total_bytes = 8}, ""},
      {{.total_bytes = 7}, "b: more than 7 bytes in all [archive/limit]"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Refusal(bytes, {.limits = c.limits}), c.reason);
  }
}

TEST(ZipScannerTest, EveryCutAndEveryShiftIsRefused) {
  const std::string whole =
      ZipBuilder()
          .Add({.name = "a", .data = "abc"})
          .Add(
              {.name = "b", .data = "def", .descriptor = ZipDescriptor::kPlain})
          .Finish({.comment = "c"});
  ASSERT_EQ(Refusal(whole), "");
  for (size_t i = 0; i < whole.size(); ++i) {
    EXPECT_THAT(Refusal(whole.substr(0, i)), HasSubstr("[archive/zip]")) << i;
    EXPECT_FALSE(Scan(whole.substr(0, i) + "x" + whole.substr(i)).ok()) << i;
    if (i > 0) {
      EXPECT_FALSE(Scan(whole.substr(i)).ok()) << i;
    }
  }
}

TEST(ZipScannerTest, EveryFlippedByteIsNoticedOrHarmless) {
  const std::string whole = ZipBuilder()
                                .Add({.name = "a", .data = "abc", .method = 8})
                                .Add({.name = "b", .data = "def"})
                                .Finish();
  const std::string digest = Scan(whole)->digest;
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] ^= 0x01;
    absl::StatusOr<ArchiveListing> listing = Scan(damaged);
    // Times, versions and attributes bind nothing; a mode may change.
    if (listing.ok()) {
      EXPECT_EQ(listing->digest, digest) << i;
    }
  }
}

TEST(ZipScannerTest, SixtyFourBitFormsThatRepeatAreUpstreamOnly) {
  const std::string sizes = ZipExtraField(
      1, absl::StrCat(LittleEndianForTest(3, 8), LittleEndianForTest(3, 8)));
  const std::string kForms[] = {
      ZipBuilder().Add({.name = "a", .data = "abc"}).Finish64(false),
      ZipBuilder().Add({.name = "a", .data = "abc"}).Finish64(true),
      ZipBuilder()
          .Add({.name = "a", .data = "abc", .local_extra = sizes})
          .Finish(),
      ZipBuilder()
          .Add({.name = "a",
                .data = "abc",
                .local_extra = sizes,
                .local_size = 0xffffffff,
                .local_packed_size = 0xffffffff})
          .Finish(),
      ZipBuilder().Add({.name = "a", .data = "abc", .extra = sizes}).Finish(),
  };
  for (const std::string& bytes : kForms) {
    EXPECT_THAT(Refusal(bytes), HasSubstr("nothing needs [archive/zip]"));
    absl::StatusOr<ArchiveListing> listing = Scan(bytes, kUpstream);
    ASSERT_TRUE(listing.ok()) << listing.status();
    EXPECT_THAT(listing->allowances,
                ElementsAre("64-bit zip fields that repeat"));
  }
}

TEST(ZipScannerTest, ManyMembersNeedTheLongEndRecord) {
  ZipBuilder many;
  for (int i = 0; i < 65536; ++i) many.Add({.name = absl::StrCat("f", i)});
  absl::StatusOr<ArchiveListing> listing = Scan(many.Finish64(true));
  // Its directory needs no long offset; the count alone does.
  ASSERT_TRUE(listing.ok()) << listing.status();
  EXPECT_EQ(listing->entries.size(), 65536u);
  EXPECT_THAT(Refusal(many.Finish({.members = 0xffff})), HasSubstr("missing"));
}

}  // namespace
}  // namespace provision
