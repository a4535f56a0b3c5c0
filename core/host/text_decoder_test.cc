#include "core/host/text_decoder.h"

#include <string>

#include "core/host/error_offset.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

using std::string_literals::operator""s;

TEST(TextDecoderTest, DecodesByMarkOrNameOrAsUtf8) {
  struct Case {
    std::string bytes;
    std::string text;
    std::string encoding;
  };
  for (const Case& c : {
           Case{"", "", "utf-8"},
           Case{"n\u00fcm", "n\u00fcm", "utf-8"},
           Case{"\xef\xbb\xbfnum", "num", "utf-8"},
           Case{"\xff\xfen\0\xfc\0"s, "n\u00fc", "utf-16-le"},
           Case{"\xfe\xff\0n\xd8\x3d\xde\x00"s, "n\U0001f600", "utf-16-be"},
           Case{"\xff\xfe\0\0n\0\0\0"s, "n", "utf-32-le"},
           Case{"\0\0\xfe\xff\0\x01\xf6\0"s, "\U0001f600", "utf-32-be"},
           Case{"# coding: latin-1\n\xfc", "# coding: latin-1\n\u00fc",
                "latin-1"},
           Case{"#\n#coding=CP1252\n\x80", "#\n#coding=CP1252\n\u20ac",
                "CP1252"},
           Case{"#\n\n# coding: latin-1\n\u00fc",
                "#\n\n# coding: latin-1\n\u00fc", "utf-8"},
           Case{"x # coding: latin-1\n\u00fc", "x # coding: latin-1\n\u00fc",
                "utf-8"},
       }) {
    const auto decoded = DecodeText(c.bytes);
    ASSERT_TRUE(decoded.ok()) << c.text << ": " << decoded.status();
    EXPECT_EQ(decoded->text, c.text);
    EXPECT_EQ(decoded->encoding, c.encoding);
    ASSERT_EQ(decoded->source.size(), c.text.size() + 1);
    EXPECT_EQ(decoded->source.back(), c.bytes.size());
  }
}

TEST(TextDecoderTest, RemembersWhereEachByteCameFrom) {
  const auto decoded = DecodeText(
      "\xff\xfe"
      "a\0\xfc\0b\0"s);
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->source, (std::vector<uint32_t>{2, 4, 4, 6, 8}));
}

TEST(TextDecoderTest, WhatDoesNotFitIsAnErrorWithItsOffset) {
  struct Case {
    std::string bytes;
    size_t offset;
  };
  for (const Case& c : {
           Case{"num\xfc", 3},           // Latin-1 without a mark
           Case{"ab\xc0\x80", 2},        // overlong
           Case{"\xed\xa0\x80", 0},      // a surrogate
           Case{"\xf4\x90\x80\x80", 0},  // beyond Unicode
           Case{"a\xe2\x82", 1},         // cut short
           Case{"\xff\xfe"
                "a"s,
                2},  // half a unit
           Case{"\xff\xfe\0\xdc"
                "a\0"s,
                2},  // low surrogate alone
           Case{"\xff\xfe\0\xd8"
                "a\0"s,
                2},                             // high surrogate alone
           Case{"\xff\xfe\0\0\0\0\x11\0"s, 4},  // beyond Unicode
           Case{"# coding: ascii\n\xc3", 16},
           Case{"# coding: cp1252\n\x81", 17},
           Case{"# coding: koi8-r\n", 0},
       }) {
    const absl::Status status = DecodeText(c.bytes).status();
    EXPECT_EQ(ErrorOffset(status), c.offset) << status;
    EXPECT_NE(status.message().find("UTF-8"), absl::string_view::npos)
        << status;
  }
}

TEST(TextDecoderTest, ALargeFileIsRefused) {
  EXPECT_FALSE(DecodeText(std::string((16 << 20) + 1, 'x')).ok());
}

}  // namespace
}  // namespace provision
