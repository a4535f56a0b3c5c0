#include "bundles/zip_member_stream.h"

#include <set>
#include <string>

#include "bundles/testing/refusal_text.h"
#include "bundles/testing/zip_builder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

using ::testing::HasSubstr;

// Reads the only member; its content, or the refusal.
std::string Content(const ZipSpec& spec) {
  const std::string bytes = ZipBuilder().Add(spec).Finish();
  MemoryByteSource source(bytes);
  std::set<std::string> allowances;
  absl::StatusOr<std::vector<ZipMember>> members =
      ReadZipDirectory(source, {}, &allowances);
  if (!members.ok()) return RefusalText(members.status());
  std::unique_ptr<ByteStream> stream = OpenZipMember(source, members->front());
  std::string out(100000, '\0');
  absl::StatusOr<size_t> n = ReadFull(*stream, absl::MakeSpan(out));
  if (!n.ok()) return RefusalText(n.status());
  return out.substr(0, *n);
}

TEST(ZipMemberStreamTest, EveryMethod) {
  const std::string text(70000, 't');
  for (uint32_t method : {0, 8, 93}) {
    EXPECT_EQ(Content({.name = "a", .data = text, .method = method}), text);
    EXPECT_EQ(Content({.name = "a", .method = method}), "");
  }
}

TEST(ZipMemberStreamTest, SizeAndCheckSumHaveToHold) {
  const std::string text(100, 't');
  for (uint32_t method : {8, 93}) {
    EXPECT_THAT(
        Content({.name = "a", .data = text, .method = method, .size = 99}),
        HasSubstr("more data than its header says [archive/zip]"));
    EXPECT_THAT(
        Content({.name = "a", .data = text, .method = method, .size = 101}),
        HasSubstr("less data than its header says [archive/zip]"));
    EXPECT_THAT(Content({.name = "a",
                         .data = text,
                         .method = method,
                         .packed = std::string("junk")}),
                HasSubstr("[archive/zip]"));
  }
  for (uint32_t method : {0, 8, 93}) {
    EXPECT_THAT(
        Content({.name = "a", .data = text, .method = method, .crc = 1}),
        HasSubstr("a: wrong check sum [archive/zip]"));
  }
}

}  // namespace
}  // namespace provision
