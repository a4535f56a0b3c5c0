#include "bundles/zip_extra.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "bundles/testing/compress.h"
#include "bundles/testing/refusal_text.h"
#include "bundles/testing/zip_builder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

using ::testing::HasSubstr;

constexpr uint64_t kFull = 0xffffffff;
constexpr uint64_t kBig = 0x123456789;

std::string Numbers(const std::vector<uint64_t>& values) {
  std::string out;
  for (uint64_t v : values) absl::StrAppend(&out, LittleEndianForTest(v, 8));
  return out;
}

// The refusal, or "".
std::string Parse(absl::string_view extra, std::vector<uint64_t>& values,
                  ArchiveProfile profile, bool* has_64) {
  std::set<std::string> allowances;
  absl::Status status = ParseZipExtra(
      extra, "n", profile, absl::MakeSpan(values), has_64, &allowances);
  return RefusalText(status);
}

TEST(ZipExtraTest, SixtyFourBitValues) {
  const struct {
    std::vector<uint64_t> values;
    std::vector<uint64_t> numbers;
    bool strict, upstream;
    std::vector<uint64_t> want;
  } kCases[] = {
      {{kFull, 5, 9}, {kBig}, true, true, {kBig, 5, 9}},
      {{5, 4, kFull}, {kBig}, true, true, {5, 4, kBig}},
      {{kFull, kFull}, {kBig, kBig}, true, true, {kBig, kBig}},
      {{kFull}, {kFull}, true, true, {kFull}},  // exactly 2^32-1 needs it
      {{kFull, kFull}, {5, 5}, false, true, {5, 5}},
      {{5, 5}, {5, 5}, false, true, {5, 5}},
      {{5, 5, 7}, {5, 5, 7}, false, true, {5, 5, 7}},
      {{5, 5}, {5, 6}, false, false, {}},
      {{kFull, kFull}, {kBig}, false, false, {}},
      {{5, kFull}, {5, kBig}, false, true, {5, kBig}},
      {{5, 5}, {5, 5, 0}, false, false, {}},
      {{5, 5}, {}, false, false, {}},
      {{kFull, 5}, {}, false, false, {}},
  };
  for (const auto& c : kCases) {
    const std::string extra = ZipExtraField(1, Numbers(c.numbers));
    for (ArchiveProfile profile :
         {ArchiveProfile::kStrict, ArchiveProfile::kUpstream}) {
      std::vector<uint64_t> values = c.values;
      bool has_64 = false;
      const std::string refusal = Parse(extra, values, profile, &has_64);
      const bool want =
          profile == ArchiveProfile::kStrict ? c.strict : c.upstream;
      EXPECT_EQ(refusal.empty(), want) << refusal;
      if (want) {
        EXPECT_EQ(values, c.want);
        EXPECT_TRUE(has_64);
      }
    }
  }
}

TEST(ZipExtraTest, OtherFieldsAreSkippedIfWellFormed) {
  const std::string time = ZipExtraField(0x5455, std::string("\3abcd", 5));
  const std::string name_again =
      ZipExtraField(0x7075, "\1" + std::string(4, 'c') + "n");
  const struct {
    std::string extra, reason;
  } kCases[] = {
      {"", ""},
      {time, ""},
      {time + name_again, ""},
      {time + "x", "malformed"},
      {time + std::string(3, '\0'), "malformed"},
      {time.substr(0, time.size() - 1), "malformed"},
      {time + time, "twice"},
      {ZipExtraField(0x7075, "\1" + std::string(4, 'c') + "m"), "second name"},
      {ZipExtraField(0x7075, "\2" + std::string(4, 'c') + "n"), "second name"},
      {ZipExtraField(0x7075, "\1"), "second name"},
      {ZipExtraField(0x9901, "1234567"), "encrypted"},
      {ZipExtraField(0x0017, ""), "encrypted"},
  };
  for (const auto& c : kCases) {
    std::vector<uint64_t> values = {5, 5};
    bool has_64 = true;
    const std::string refusal =
        Parse(c.extra, values, ArchiveProfile::kUpstream, &has_64);
    EXPECT_EQ(refusal.empty(), c.reason.empty()) << refusal;
    EXPECT_THAT(refusal, HasSubstr(c.reason));
    EXPECT_FALSE(has_64);
  }
}

TEST(ZipExtraTest, ASaturatedValueNeedsItsField) {
  std::vector<uint64_t> values = {kFull, 5};
  bool has_64 = false;
  EXPECT_THAT(Parse("", values, ArchiveProfile::kUpstream, &has_64),
              HasSubstr("missing"));
}

}  // namespace
}  // namespace provision
