#include "bundles/tar_header.h"

#include <string>

#include "bundles/testing/refusal_text.h"
#include "bundles/testing/tar_builder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

using ::testing::HasSubstr;

absl::StatusOr<TarHeader> Parse(const TarMember& member) {
  const std::string bytes = TarBuilder().Add(member).Unfinished();
  return ParseTarHeader(absl::string_view(bytes).substr(0, kTarBlock));
}

TEST(TarHeaderTest, ReadsTheFields) {
  absl::StatusOr<TarHeader> header = Parse({.name = "n",
                                            .type = '2',
                                            .link = "l",
                                            .prefix = "p/q",
                                            .mode = "0100755",
                                            .size = "00000000017"});
  ASSERT_TRUE(header.ok()) << header.status();
  EXPECT_EQ(header->type, '2');
  EXPECT_EQ(header->name, "p/q/n");
  EXPECT_EQ(header->link_name, "l");
  EXPECT_EQ(header->mode, 0755u);
  EXPECT_EQ(header->size, 15u);
  EXPECT_FALSE(header->size_is_saturated);
}

TEST(TarHeaderTest, FullFieldsNeedNoNul) {
  const std::string name(100, 'n');
  const std::string prefix(155, 'p');
  EXPECT_EQ(Parse({.name = name, .prefix = prefix})->name, prefix + "/" + name);
}

TEST(TarHeaderTest, GnuMagicHasNoPrefix) {
  absl::StatusOr<TarHeader> header =
      Parse({.name = "n", .prefix = "p", .gnu_magic = true});
  ASSERT_TRUE(header.ok());
  EXPECT_EQ(header->name, "n");
  EXPECT_TRUE(header->has_gnu_fields);
}

TEST(TarHeaderTest, NumbersThatMatterAreTerminatedOctal) {
  const struct {
    std::string size;
    bool ok;
  } kCases[] = {
      {"0", true},
      {"00000000003", true},
      {"3 ", true},
      {"77777777777", true},
      {std::string("3\0 \0", 4), true},
      {"", false},
      {" 3", false},
      {"000000000003", false},  // twelve digits and no end
      {"9", false},
      {"0x3", false},
      {"-1", false},
      {"+1", false},
      {"3 3", false},
      {std::string("3\0"
                   "3",
                   3),
       false},
      {std::string("\x80\0\0\0\0\0\0\0\0\0\0\3", 12), false},
      {std::string(12, '\xff'), false},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Parse({.name = "n", .size = c.size}).ok(), c.ok) << c.size;
  }
  EXPECT_TRUE(Parse({.name = "n", .size = "77777777777"})->size_is_saturated);
  EXPECT_FALSE(Parse({.name = "n", .mode = "rw-r--r"}).ok());
}

TEST(TarHeaderTest, NumbersThatAreIgnoredMayBeMore) {
  for (const std::string& number :
       {std::string(), std::string(8, ' '), std::string(8, '\xff'),
        std::string("\x80\0\0\0\0\0\1\0", 8), std::string("1750 ")}) {
    EXPECT_TRUE(Parse({.name = "n", .uid = number, .mtime = number}).ok());
  }
  EXPECT_FALSE(Parse({.name = "n", .mtime = "yesterday"}).ok());
  EXPECT_FALSE(Parse({.name = "n", .uid = std::string(8, '\xc0')}).ok());
}

TEST(TarHeaderTest, CheckSumIsExact) {
  const std::string block =
      TarBuilder().Add({.name = "n\xc3\xa9"}).Unfinished();
  ASSERT_TRUE(ParseTarHeader(block).ok());
  for (size_t i : {0, 100, 156, 200, 256, 344, 500, 511}) {
    std::string damaged = block;
    damaged[i] ^= 0x40;
    EXPECT_THAT(RefusalText(ParseTarHeader(damaged).status()),
                HasSubstr("check sum"));
  }
}

TEST(TarHeaderTest, SumOfSignedBytesIsNone) {
  const std::string block = TarBuilder().Add({.name = "\xc3"}).Unfinished();
  const unsigned sum = std::stoul(block.substr(148, 6), nullptr, 8) - 256;
  char field[8];
  snprintf(field, sizeof(field), "%06o", sum);
  EXPECT_FALSE(
      Parse({.name = "\xc3", .check_sum = std::string(field) + '\0'}).ok());
}

TEST(TarHeaderTest, NamesHaveNothingAfterTheirNul) {
  const std::string sly("a\0b", 3);
  EXPECT_FALSE(Parse({.name = sly}).ok());
  EXPECT_FALSE(Parse({.name = "n", .link = sly}).ok());
  EXPECT_FALSE(Parse({.name = "n", .prefix = sly}).ok());
  EXPECT_FALSE(Parse({.name = "", .prefix = "p"}).ok());
}

TEST(TarHeaderTest, Magic) {
  std::string block = TarBuilder().Add({.name = "n"}).Unfinished();
  EXPECT_TRUE(HasTarMagic(block));
  EXPECT_FALSE(HasTarMagic(block.substr(0, 511)));
  EXPECT_FALSE(IsZeroBlock(block));
  EXPECT_TRUE(IsZeroBlock(std::string(512, '\0')));
  block.replace(257, 8, 8, '\0');  // as before POSIX
  EXPECT_FALSE(HasTarMagic(block));
  EXPECT_THAT(RefusalText(ParseTarHeader(block).status()), HasSubstr("magic"));
}

}  // namespace
}  // namespace provision
