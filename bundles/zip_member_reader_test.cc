#include "bundles/zip_member_reader.h"

#include <string>

#include "absl/strings/match.h"
#include "bundles/testing/compress.h"
#include "bundles/testing/refusal_text.h"
#include "bundles/testing/zip_builder.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

// What reading the only member of a zip gives: its content or its refusal.
std::string Result(const ZipSpec& spec) {
  const std::string bytes = ZipBuilder().Add(spec).Finish();
  const MemoryByteSource zip(bytes);
  std::set<std::string> allowances;
  auto members = ReadZipDirectory(zip, {}, &allowances);
  if (!members.ok()) return RefusalText(members.status());
  ZipMemberReader reader;
  auto content = reader.Read(zip, members->at(0));
  return content.ok() ? std::string(*content) : RefusalText(content.status());
}

TEST(ZipMemberReaderTest, EveryMethod) {
  const std::string text(100'000, 'x');
  for (uint32_t method : {0, 8, 93}) {
    EXPECT_EQ(Result({.name = "a", .data = text, .method = method}), text);
    EXPECT_EQ(Result({.name = "a", .data = "", .method = method}), "");
  }
}

TEST(ZipMemberReaderTest, OneReaderForMany) {
  const std::string bytes =
      ZipBuilder()
          .Add({.name = "a", .data = "long one", .method = 8})
          .Add({.name = "b", .data = "b", .method = 8})
          .Add({.name = "c", .data = "c"})
          .Finish();
  const MemoryByteSource zip(bytes);
  std::set<std::string> allowances;
  ASSERT_OK_AND_ASSIGN(auto members, ReadZipDirectory(zip, {}, &allowances));
  ZipMemberReader reader;
  for (const char* want : {"long one", "b", "c"}) {
    EXPECT_THAT(reader.Read(zip, members.front()), IsOkAndHolds(want));
    members.erase(members.begin());
  }
}

TEST(ZipMemberReaderTest, RefusesWhatTheHeaderDoesNotSay) {
  const std::string packed = DeflateForTest("content");
  const struct {
    ZipSpec spec;
    std::string refusal;
  } kCases[] = {
      {{.name = "a", .data = "content", .method = 8, .crc = 1, .local_crc = 1},
       "a: wrong check sum [archive/zip]"},
      {{.name = "a", .data = "content", .crc = 1, .local_crc = 1},
       "a: wrong check sum [archive/zip]"},
      {{.name = "a", .data = "content", .method = 8, .size = 3},
       "a: more data than its header says [archive/zip]"},
      {{.name = "a", .data = "content", .method = 8, .size = 9},
       "a: less data than its header says [archive/zip]"},
      {{.name = "a", .data = "content", .method = 8, .packed = packed + "x"},
       "a: does not decompress [archive/zip]"},
      {{.name = "a",
        .data = "content",
        .method = 8,
        .packed = packed.substr(0, packed.size() - 1)},
       "a: does not decompress [archive/zip]"},
      {{.name = "a",
        .data = "content",
        .method = 8,
        .packed = std::string(1 << 20, '\0'),
        .size = ZipMemberReader::kMaxSize + 1},
       "a: too large to be read whole [archive/limit]"},
  };
  for (const auto& c : kCases) EXPECT_EQ(Result(c.spec), c.refusal);
}

// zlib and libdeflate have to agree on every stream that is damaged anywhere.
TEST(ZipMemberReaderTest, EveryBitOfAStreamCounts) {
  const std::string packed = DeflateForTest("some content, some content");
  for (size_t i = 0; i < packed.size() * 8; ++i) {
    std::string damaged = packed;
    damaged[i / 8] ^= static_cast<char>(1 << i % 8);
    const std::string result = Result({.name = "a",
                                       .data = "some content, some content",
                                       .method = 8,
                                       .packed = damaged});
    EXPECT_TRUE(result == "some content, some content" ||
                absl::StrContains(result, "[archive/zip]"))
        << i << " " << result;
  }
}

}  // namespace
}  // namespace provision
