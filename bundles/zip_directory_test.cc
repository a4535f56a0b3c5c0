#include "bundles/zip_directory.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "bundles/testing/refusal_text.h"
#include "bundles/testing/zip_builder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

using ::testing::HasSubstr;

absl::StatusOr<std::vector<ZipMember>> Read(const std::string& bytes,
                                            const ArchiveRules& rules = {}) {
  MemoryByteSource source(bytes);
  std::set<std::string> allowances;
  return ReadZipDirectory(source, rules, &allowances);
}

TEST(ZipDirectoryTest, TellsWhereTheDataIs) {
  const std::string bytes =
      ZipBuilder()
          .Add({.name = "a",
                .data = "abc",
                .local_extra = ZipExtraField(7, "xy")})
          .Add({.name = "dir/b",
                .data = "defg",
                .local_extra = ZipExtraField(7, std::string(300, 'x'))})
          .Finish();
  absl::StatusOr<std::vector<ZipMember>> members = Read(bytes);
  ASSERT_TRUE(members.ok()) << members.status();
  ASSERT_EQ(members->size(), 2u);
  EXPECT_EQ(bytes.substr((*members)[0].data_offset, 3), "abc");
  EXPECT_EQ(bytes.substr((*members)[1].data_offset, 4), "defg");
  EXPECT_EQ((*members)[1].path, "dir/b");
  EXPECT_EQ((*members)[1].mode, 0644u);
}

TEST(ZipDirectoryTest, DescriptorsInEachForm) {
  const std::string zeros =
      ZipExtraField(1, LittleEndianForTest(0, 8) + LittleEndianForTest(0, 8));
  const struct {
    ZipDescriptor form;
    bool is_64;
  } kForms[] = {{ZipDescriptor::kPlain, false},
                {ZipDescriptor::kSigned, false},
                {ZipDescriptor::kPlain64, true},
                {ZipDescriptor::kSigned64, true}};
  const ArchiveRules upstream = {.profile = ArchiveProfile::kUpstream};
  for (const auto& f : kForms) {
    for (bool says_64 : {false, true}) {
      absl::Status status = Read(ZipBuilder()
                                     .Add({.name = "a",
                                           .data = "abc",
                                           .descriptor = f.form,
                                           .local_extra = says_64 ? zeros : ""})
                                     .Add({.name = "b"})
                                     .Finish(),
                                 upstream)
                                .status();
      EXPECT_EQ(status.ok(), f.is_64 == says_64) << status;
    }
    for (size_t i = 0; i < 3; ++i) {
      std::string wrong;
      const size_t width = f.is_64 ? 8 : 4;
      for (size_t k = 0; k < 3; ++k) {
        const uint64_t right = k == 0 ? 0x352441c2 : 3;
        wrong += LittleEndianForTest(right + (k == i), k == 0 ? 4 : width);
      }
      EXPECT_THAT(
          RefusalText(Read(ZipBuilder()
                               .Add({.name = "a",
                                     .data = "abc",
                                     .descriptor = f.form,
                                     .local_extra = f.is_64 ? zeros : "",
                                     .descriptor_bytes = wrong})
                               .Finish(),
                           upstream)
                          .status()),
          HasSubstr("data descriptor that differs"));
    }
  }
}

TEST(ZipDirectoryTest, HeadersHaveToAgree) {
  const ZipSpec kDiffer[] = {
      {.name = "a", .data = "abc", .local_crc = 1},
      {.name = "a", .data = "abc", .local_crc = 0},
      {.name = "a", .data = "abc", .local_size = 4},
      {.name = "a", .data = "abc", .local_size = 0},
      {.name = "a", .data = "abc", .local_packed_size = 2},
      {.name = "a", .data = "abc", .local_flags = 2},
      {.name = "a", .data = "abc", .local_flags = 2048},
      {.name = "a", .data = "abc", .local_method = 8},
      {.name = "a", .data = "abc", .local_name = std::string("b")},
      {.name = "a", .data = "abc", .local_name = std::string("a/")},
      {.name = "a", .data = "abc", .flags = 8, .local_size = 4},
  };
  for (const ZipSpec& spec : kDiffer) {
    EXPECT_THAT(RefusalText(Read(ZipBuilder().Add(spec).Finish()).status()),
                HasSubstr("a: its two headers differ [archive/zip]"));
  }
}

TEST(ZipDirectoryTest, RefusesByItself) {
  const uint32_t kRegular = uint32_t{0100644} << 16;
  const struct {
    ZipSpec spec;
    std::string reason;
  } kCases[] = {
      {{.name = "a", .flags = 1}, "encrypted [archive/zip]"},
      {{.name = "a", .flags = 1 << 6}, "flag that is not known"},
      {{.name = "a", .flags = 1 << 13}, "flag that is not known"},
      {{.name = "\xc3\xa9"}, "encoding that is not said"},
      {{.name = "\xc3", .flags = 2048}, "[archive/name]"},
      {{.name = "../a"}, "[archive/name]"},
      {{.name = "a//"}, "[archive/name]"},
      {{.name = ""}, "[archive/name]"},
      {{.name = "/"}, "[archive/name]"},
      {{.name = std::string("a\0b", 3)}, "[archive/name]"},
      {{.name = "a", .method = 12}, "method 12 is not accepted"},
      {{.name = "a", .disk = 1}, "on another disk"},
      {{.name = "a", .data = "abc", .packed_size = 2}, "two sizes that differ"},
      {{.name = "a", .attributes = uint32_t{0120777} << 16}, "[archive/type]"},
      {{.name = "a", .host = 0, .attributes = uint32_t{0120777} << 16},
       "[archive/type]"},
      {{.name = "a", .attributes = uint32_t{0020644} << 16}, "[archive/type]"},
      {{.name = "a", .attributes = uint32_t{0040755} << 16}, "[archive/type]"},
      {{.name = "a/", .attributes = kRegular}, "[archive/type]"},
      {{.name = "a", .host = 0, .attributes = 0x10}, "[archive/type]"},
      {{.name = "a/", .data = "x", .attributes = uint32_t{0040755} << 16},
       "data on a folder [archive/type]"},
      {{.name = "a", .attributes = uint32_t{0104755} << 16},
       "[archive/metadata]"},
      {{.name = "a", .attributes = uint32_t{0100666} << 16},
       "[archive/metadata]"},
      {{.name = "a", .extra = "x"}, "malformed extra"},
      {{.name = "a", .local_extra = "x"}, "malformed extra"},
      {{.name = "a", .offset = 5}, "a gap or an overlap before it"},
      {{.name = "a", .offset = 1 << 30}, "a gap or an overlap before it"},
      {{.name = "a",
        .data = "abc",
        .method = 8,
        .packed_size = 1 << 30,
        .local_packed_size = 1 << 30},
       "overlaps what follows"},
      {{.name = "a",
        .method = 8,
        .packed = std::string(5, 'x'),
        .size = 32 << 20},
       "more than 200 times its size [archive/limit]"},
  };
  for (const auto& c : kCases) {
    EXPECT_THAT(RefusalText(Read(ZipBuilder().Add(c.spec).Finish()).status()),
                HasSubstr(c.reason));
  }
}

TEST(ZipDirectoryTest, AFolderUpstreamMayHoldDeflatedNothing) {
  const auto folder = [](absl::string_view packed) {
    return ZipBuilder()
        .Add({.name = "a/",
              .method = 8,
              .attributes = uint32_t{0040755} << 16,
              .packed = std::string(packed)})
        .Finish();
  };
  const ArchiveRules upstream = {.profile = ArchiveProfile::kUpstream};
  const absl::string_view nothing("\3\0", 2);
  EXPECT_EQ(RefusalText(Read(folder(nothing), upstream).status()), "");
  EXPECT_THAT(RefusalText(Read(folder(nothing)).status()),
              HasSubstr("data on a folder"));
  for (absl::string_view other : {"x", "xx", "\3\1", "xxx"}) {
    EXPECT_THAT(RefusalText(Read(folder(other), upstream).status()),
                HasSubstr("data on a folder [archive/type]"));
  }
}

TEST(ZipDirectoryTest, MembersTileTheFile) {
  const ZipBuilder a = ZipBuilder().Add({.name = "a", .data = "abc"});
  const struct {
    std::string bytes, reason;
  } kCases[] = {
      {ZipBuilder().Raw("x").Add({.name = "a"}).Finish(), "gap"},
      {ZipBuilder().Add({.name = "a"}).Raw("x").Add({.name = "b"}).Finish(),
       "gap"},
      {ZipBuilder(a).Finish({.before_directory = "x"}), "gap"},
      {ZipBuilder(a).Add({.name = "b", .is_in_directory = false}).Finish(),
       "gap"},
      {ZipBuilder(a)
           .Add({.name = "b", .offset = 500, .has_local = false})
           .Finish(),
       ""},
      {ZipBuilder(a)
           .Add({.name = "b", .offset = 0, .has_local = false})
           .Finish(),
       ""},
      {ZipBuilder(a).Finish({.members = 2}), "fewer members"},
      {ZipBuilder(a).Add({.name = "b"}).Finish({.members = 1}), "more members"},
      {ZipBuilder(a).Finish({.members = 1}).substr(1), "not where"},
  };
  for (const auto& c : kCases) {
    absl::Status status = Read(c.bytes).status();
    EXPECT_THAT(RefusalText(status), HasSubstr("[archive/zip]"));
    EXPECT_THAT(RefusalText(status), HasSubstr(c.reason));
  }
}

TEST(ZipDirectoryTest, SmallMembersTogetherAreABombToo) {
  const std::string bytes = ZipBuilder()
                                .Add({.name = "a",
                                      .method = 8,
                                      .packed = std::string(5, 'x'),
                                      .size = 15 << 20})
                                .Add({.name = "b",
                                      .method = 8,
                                      .packed = std::string(5, 'x'),
                                      .size = 15 << 20})
                                .Finish();
  EXPECT_THAT(RefusalText(Read(bytes).status()),
              HasSubstr("b: decompresses to more than 200 times"));
}

}  // namespace
}  // namespace provision
