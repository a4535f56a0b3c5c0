#include "bundles/zip_end.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "bundles/testing/refusal_text.h"
#include "bundles/testing/zip_builder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

using ::testing::HasSubstr;

absl::StatusOr<ZipEnd> Read(const std::string& bytes) {
  MemoryByteSource source(bytes);
  std::set<std::string> allowances;
  return ReadZipEnd(source, ArchiveProfile::kStrict, &allowances);
}

TEST(ZipEndTest, FindsTheDirectoryBehindAComment) {
  for (const std::string& comment :
       {std::string(), std::string("hello"), std::string(65535, 'c')}) {
    absl::StatusOr<ZipEnd> end =
        Read(ZipBuilder().Add({.name = "a"}).Finish({.comment = comment}));
    ASSERT_TRUE(end.ok()) << end.status();
    EXPECT_EQ(end->members, 1u);
    EXPECT_EQ(end->directory_offset, 31u);
    EXPECT_EQ(end->directory_size, 47u);
  }
}

TEST(ZipEndTest, EmptyZip) {
  absl::StatusOr<ZipEnd> end = Read(ZipBuilder().Finish());
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(end->members, 0u);
}

TEST(ZipEndTest, RefusesWhatDoesNotFit) {
  const ZipBuilder zip = ZipBuilder().Add({.name = "a"});
  const std::string good = zip.Finish();
  const struct {
    std::string bytes, reason;
  } kCases[] = {
      {"", "no end record"},
      {"PK\5\6", "no end record"},
      {zip.Finish({.after_end = "x"}), "no end record"},
      {good + good, "not where"},
      {zip.Finish({.comment = "a\n"}), "not printable"},
      {zip.Finish({.comment = "PK\5\6"}), "not printable"},
      {zip.Finish({.comment = ZipBuilder().Finish()}), "not where"},
      {zip.Finish({.disk = 1}), "disk"},
      {zip.Finish({.members_here = 2}), "two counts"},
      {zip.Finish({.directory_size = 46}), "not where"},
      {zip.Finish({.directory_size = 200}), "not where"},
      {zip.Finish({.directory_offset = 30}), "not where"},
      {zip.Finish({.directory_offset = 0xffffffff}), "missing"},
      {zip.Finish({.before_end = "x"}), "not where"},
      {zip.Finish64(true), "nothing needs"},
      {zip.Finish64(false, 1), "contradicts"},
  };
  for (const auto& c : kCases) {
    absl::StatusOr<ZipEnd> end = Read(c.bytes);
    EXPECT_THAT(RefusalText(end.status()), HasSubstr(c.reason));
    EXPECT_THAT(RefusalText(end.status()), HasSubstr("[archive/zip]"));
  }
}

TEST(ZipEndTest, LongRecordIsOfOneForm) {
  const std::string good = ZipBuilder().Add({.name = "a"}).Finish64(false);
  const size_t record = good.find("PK\6\6");
  const size_t locator = good.find("PK\6\7");
  const struct {
    size_t at;
    std::string reason;
  } kCases[] = {
      {record + 4, "another form"},  // its size: extensible data
      {record + 16, "disk"},         // this disk
      {record + 20, "disk"},         // disk of the directory
      {record + 24, "contradicts"},  // members here
      {record + 32, "contradicts"},  // members
      {record + 40, "contradicts"},  // size
      {record + 48, "contradicts"},  // offset
      {locator + 4, "disk"},        {locator + 8, "not before its locator"},
      {locator + 16, "disk"},
  };
  for (const auto& c : kCases) {
    std::string damaged = good;
    damaged[c.at] ^= 2;
    EXPECT_THAT(RefusalText(Read(damaged).status()), HasSubstr(c.reason))
        << c.at;
  }
}

}  // namespace
}  // namespace provision
