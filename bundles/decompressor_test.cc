#include "bundles/decompressor.h"

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "bundles/testing/compress.h"
#include "bundles/testing/refusal_text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

using ::testing::HasSubstr;

using MakeStream = std::unique_ptr<ByteStream> (*)(std::unique_ptr<ByteStream>);

std::unique_ptr<ByteStream> Gzip(std::unique_ptr<ByteStream> in) {
  return NewGzipStream(std::move(in), "archive/filter");
}
std::unique_ptr<ByteStream> RawDeflate(std::unique_ptr<ByteStream> in) {
  return NewDeflateStream(std::move(in), "archive/filter");
}
std::unique_ptr<ByteStream> Zstd(std::unique_ptr<ByteStream> in) {
  return NewZstdStream(std::move(in), "archive/filter");
}
std::unique_ptr<ByteStream> Xz(std::unique_ptr<ByteStream> in) {
  return NewXzStream(std::move(in), "archive/filter");
}

// All that comes out, in reads of `piece` bytes.
absl::StatusOr<std::string> Decode(MakeStream make, const std::string& data,
                                   size_t piece = 1000) {
  MemoryByteSource source(data);
  std::unique_ptr<ByteStream> stream =
      make(std::make_unique<SourceStream>(source, 0, data.size()));
  std::string out;
  std::string buffer(piece, '\0');
  while (true) {
    absl::StatusOr<size_t> n = stream->Read(absl::MakeSpan(buffer));
    if (!n.ok()) return n.status();
    if (*n == 0) return out;
    out.append(buffer, 0, *n);
  }
}

std::string Text(size_t size) {
  std::string text;
  for (size_t i = 0; text.size() < size; ++i) {
    text += std::to_string(i * 2654435761u % 1000003);
  }
  text.resize(size);
  return text;
}

struct Format {
  std::string name;
  MakeStream make;
  std::string (*compress)(absl::string_view);
  bool checked;  // carries a check sum
};

const Format kFormats[] = {
    {"gzip", Gzip, GzipForTest, true},
    {"deflate", RawDeflate, DeflateForTest, false},
    {"zstd", Zstd, [](absl::string_view d) { return ZstdForTest(d); }, true},
    {"xz", Xz, [](absl::string_view d) { return XzForTest(d); }, true},
};

TEST(DecompressorTest, GivesBackWhatWasCompressed) {
  for (const Format& format : kFormats) {
    for (size_t size : {0, 1, 65536, 300000}) {
      const std::string text = Text(size);
      for (size_t piece : {1, 4096, 1000000}) {
        if (piece == 1 && size > 65536) continue;
        absl::StatusOr<std::string> out =
            Decode(format.make, format.compress(text), piece);
        ASSERT_TRUE(out.ok()) << format.name << out.status();
        EXPECT_EQ(*out, text) << format.name;
      }
    }
  }
}

TEST(DecompressorTest, EveryCutIsRefused) {
  for (const Format& format : kFormats) {
    const std::string whole = format.compress(Text(3000));
    for (size_t size = 0; size < whole.size(); ++size) {
      absl::StatusOr<std::string> out =
          Decode(format.make, whole.substr(0, size));
      ASSERT_FALSE(out.ok()) << format.name << " at " << size;
      EXPECT_THAT(RefusalText(out.status()), HasSubstr("[archive/filter]"));
    }
  }
}

TEST(DecompressorTest, AnythingAfterTheEndIsRefused) {
  for (const Format& format : kFormats) {
    const std::string whole = format.compress(Text(300));
    for (const std::string& more :
         {std::string(1, '\0'), std::string(512, '\0'), std::string("x"),
          std::string("PK\3\4 and so on")}) {
      EXPECT_FALSE(Decode(format.make, whole + more).ok()) << format.name;
    }
    if (format.name == "zstd") continue;  // several frames are one stream
    EXPECT_THAT(RefusalText(Decode(format.make, whole + whole).status()),
                HasSubstr("bytes after its end"))
        << format.name;
  }
}

TEST(DecompressorTest, EveryFlippedBitIsNoticedOrHarmless) {
  const std::string text = Text(500);
  for (const Format& format : kFormats) {
    if (!format.checked) continue;
    const std::string whole = format.compress(text);
    for (size_t i = 0; i < whole.size() * 8; ++i) {
      std::string damaged = whole;
      damaged[i / 8] ^= 1 << i % 8;
      absl::StatusOr<std::string> out = Decode(format.make, damaged);
      if (out.ok()) {
        EXPECT_EQ(*out, text) << format.name << " bit " << i;
      }
    }
  }
}

TEST(ZstdStreamTest, FramesAndSkippableFramesInAnyOrder) {
  const std::string skip("\x50\x2a\x4d\x18\x03\0\0\0abc", 11);
  const std::string empty_skip("\x5f\x2a\x4d\x18\0\0\0\0", 8);
  EXPECT_EQ(*Decode(Zstd, skip + ZstdForTest("ab") + empty_skip +
                              ZstdForTest("cd") + skip),
            "abcd");
  EXPECT_FALSE(
      Decode(Zstd, skip + ZstdForTest("ab") + skip.substr(0, 10)).ok());
  EXPECT_FALSE(Decode(Zstd, ZstdForTest("ab") + skip.substr(0, 7)).ok());
}

TEST(ZstdStreamTest, HeadersAreJudgedBeforeDecoding) {
  const std::string good = ZstdForTest(Text(3000), {.content_size = false});
  const struct {
    std::string what;
    size_t offset;
    unsigned char value;
    std::string reason;
  } kCases[] = {
      {"window of 128 MiB", 5, 17 << 3, ""},
      {"window of 144 MiB", 5, 17 << 3 | 1, "window"},
      {"window of 3.75 TiB", 5, 0xff, "window"},
      {"dictionary", 4, static_cast<unsigned char>(good[4] | 1), "dictionary"},
      {"reserved", 4, static_cast<unsigned char>(good[4] | 8), "reserved"},
      {"block type", 6, static_cast<unsigned char>(good[6] | 6), "damaged"},
      {"legacy magic", 0, 0x27, "bytes after its end"},
  };
  for (const auto& c : kCases) {
    std::string data = good;
    data[c.offset] = c.value;
    absl::Status status = Decode(Zstd, data).status();
    EXPECT_EQ(status.ok(), c.reason.empty()) << c.what << status;
    EXPECT_THAT(RefusalText(status), HasSubstr(c.reason)) << c.what;
  }
}

TEST(ZstdStreamTest, SmallerWindowWhereTheCallerWantsIt) {
  const std::string data =
      ZstdForTest(Text(3000), {.content_size = false, .window_log = 21});
  MemoryByteSource source(data);
  std::unique_ptr<ByteStream> stream =
      NewZstdStream(std::make_unique<SourceStream>(source, 0, data.size()),
                    "archive/filter", uint64_t{1} << 20);
  std::string buffer(10, '\0');
  EXPECT_THAT(RefusalText(stream->Read(absl::MakeSpan(buffer)).status()),
              HasSubstr("window of 2097152 bytes, over 1048576"));
}

TEST(ZstdStreamTest, DeclaredSizeHasToHold) {
  std::string data = ZstdForTest(std::string(300, 'a') + Text(300));
  ASSERT_EQ(static_cast<unsigned char>(data[4]) >> 6, 1);  // two size bytes
  const size_t field = (data[4] & 0x20) != 0 ? 5 : 6;
  data[field] = static_cast<char>(data[field] + 1);
  EXPECT_THAT(RefusalText(Decode(Zstd, data).status()), HasSubstr("damaged"));
}

TEST(XzStreamTest, CheckAndDictionary) {
  EXPECT_THAT(
      RefusalText(Decode(Xz, XzForTest("abc", {.check = false})).status()),
      HasSubstr("no check"));
  EXPECT_EQ(*Decode(Xz, XzForTest("abc", {.dictionary = 128 << 20})), "abc");
  EXPECT_THAT(
      RefusalText(
          Decode(Xz, XzForTest("abc", {.dictionary = 192 << 20})).status()),
      HasSubstr("dictionary"));
}

TEST(RatioStreamTest, BindsAboveSixteenMebibytes) {
  const uint64_t kFloor = uint64_t{16} << 20;
  const struct {
    uint64_t raw, compressed, ratio;
    bool ok;
  } kCases[] = {
      {kFloor, 1, 1, true},
      {kFloor + 1, 1, 1, false},
      {kFloor + 1, kFloor / 200 + 1, 200, true},
      {kFloor + 200, kFloor / 200, 200, false},
      {kFloor + 1, ~uint64_t{0} / 2, 200, true},
  };
  const std::string raw(kFloor + 200, '\0');
  for (const auto& c : kCases) {
    MemoryByteSource source(raw);
    std::unique_ptr<ByteStream> stream =
        NewRatioStream(std::make_unique<SourceStream>(source, 0, c.raw),
                       c.compressed, c.ratio);
    std::string out(raw.size() + 1, '\0');
    absl::StatusOr<size_t> n = ReadFull(*stream, absl::MakeSpan(out));
    EXPECT_EQ(n.ok(), c.ok) << c.raw;
    if (n.ok()) {
      EXPECT_EQ(*n, c.raw);
    } else {
      EXPECT_THAT(RefusalText(n.status()), HasSubstr("[archive/limit]"));
    }
  }
}

}  // namespace
}  // namespace provision
