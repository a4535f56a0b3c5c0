#include "bundles/archive_reader.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bundles/testing/tar_builder.h"
#include "bundles/testing/zip_builder.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Knows how much of it was read.
class CountingSource final : public ByteSource {
 public:
  explicit CountingSource(absl::string_view bytes) : bytes_(bytes) {}

  uint64_t size() const override { return bytes_.size(); }
  absl::Status ReadAt(uint64_t offset, absl::Span<char> out) const override {
    bytes_read_ += out.size();
    return bytes_.ReadAt(offset, out);
  }
  uint64_t bytes_read() const { return bytes_read_; }

 private:
  const MemoryByteSource bytes_;
  mutable uint64_t bytes_read_ = 0;
};

constexpr const char* kTypes[] = {"file", "folder", "link", "hard", "other"};

// "TYPE NAME SIZE TARGET" of every member.
absl::StatusOr<std::vector<std::string>> Members(ArchiveReader& reader) {
  std::vector<std::string> out;
  while (true) {
    absl::StatusOr<absl::optional<ReaderMember>> member = reader.Next();
    if (!member.ok()) return member.status();
    if (!member->has_value()) return out;
    out.push_back(absl::StrCat(kTypes[static_cast<int>((*member)->type)], " ",
                               (*member)->name, " ", (*member)->size, " ",
                               (*member)->target));
  }
}

TEST(ArchiveReaderTest, SeesTheMembersOfATar) {
  const std::string bytes =
      TarBuilder()
          .Add({.name = "./", .type = '5'})
          .Add({.name = "./d/", .type = '5'})
          .Extended('x', PaxRecord("path", "d/\u00e9"))
          .Add({.name = "x", .data = "abc"})
          .Add({.name = "\u00e9-as-bytes", .data = "abcd"})
          .Add({.name = "l", .type = '2', .link = "d"})
          .Add({.name = "h", .type = '1', .link = "d/\u00e9"})
          .Finish();
  MemoryByteSource source(bytes);
  SourceStream stream(source, 0, bytes.size());
  ASSERT_OK_AND_ASSIGN(auto reader, ArchiveReader::OpenTar(stream));
  EXPECT_THAT(
      Members(*reader),
      IsOkAndHolds(ElementsAre("folder ./ 0 ", "folder ./d/ 0 ",
                               "file d/\u00e9 3 ", "file \u00e9-as-bytes 4 ",
                               "link l 0 d", "hard h 0 d/\u00e9")));
}

TEST(ArchiveReaderTest, ReadsContentsOfATar) {
  const std::string text(200000, 't');
  const std::string bytes = TarBuilder()
                                .Add({.name = "skipped", .data = text})
                                .Add({.name = "a", .data = text + "end"})
                                .Finish();
  MemoryByteSource source(bytes);
  SourceStream stream(source, 0, bytes.size());
  ASSERT_OK_AND_ASSIGN(auto reader, ArchiveReader::OpenTar(stream));
  ASSERT_OK(reader->Next());
  ASSERT_OK(reader->Next());
  std::string content;
  std::string buffer(70000, '\0');
  while (true) {
    ASSERT_OK_AND_ASSIGN(size_t n, reader->Read(absl::MakeSpan(buffer)));
    if (n == 0) break;
    content.append(buffer, 0, n);
  }
  EXPECT_EQ(content, text + "end");
}

TEST(ArchiveReaderTest, SeesTheMembersOfAZip) {
  const std::string bytes =
      ZipBuilder()
          .Add({.name = "d/", .attributes = uint32_t{0040755} << 16})
          .Add({.name = "d/\u00e9",
                .data = std::string(100, 'x'),
                .method = 93,
                .flags = 2048})
          .Add({.name = "b", .data = "abc", .method = 8})
          .Finish();
  MemoryByteSource source(bytes);
  ASSERT_OK_AND_ASSIGN(auto reader, ArchiveReader::OpenZip(source));
  EXPECT_THAT(Members(*reader),
              IsOkAndHolds(ElementsAre("folder d/ 0 ", "file d/\u00e9 100 ",
                                       "file b 3 ")));
}

TEST(ArchiveReaderTest, WhatAZipHoldsIsNotReadToListIt) {
  ZipBuilder zip;
  for (const char* name : {"a", "b", "c"}) {
    zip.Add({.name = name, .data = std::string(50'000, 'x')});
  }
  const std::string bytes = zip.Finish();
  const CountingSource source(bytes);
  ASSERT_OK_AND_ASSIGN(auto reader, ArchiveReader::OpenZip(source));
  EXPECT_THAT(Members(*reader),
              IsOkAndHolds(ElementsAre("file a 50000 ", "file b 50000 ",
                                       "file c 50000 ")));
  EXPECT_LT(source.bytes_read(), 40'000);
}

TEST(ArchiveReaderTest, NoOtherFormatAndNoFilter) {
  for (const std::string bytes :
       {"\x1f\x8b\x08 gzip", "070707cpio", "7z\xbc\xaf\x27\x1c", "text"}) {
    MemoryByteSource source(bytes);
    SourceStream stream(source, 0, bytes.size());
    absl::StatusOr<std::unique_ptr<ArchiveReader>> reader =
        ArchiveReader::OpenTar(stream);
    absl::Status status =
        reader.ok() ? (*reader)->Next().status() : reader.status();
    EXPECT_THAT(status, HasDiagnosticId("archive/differs")) << bytes;
  }
}

TEST(ArchiveReaderTest, ErrorsOfTheInputPassThrough) {
  MemoryByteSource source("short");
  SourceStream stream(source, 0, 10240);
  absl::StatusOr<std::unique_ptr<ArchiveReader>> reader =
      ArchiveReader::OpenTar(stream);
  absl::Status status =
      reader.ok() ? (*reader)->Next().status() : reader.status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kOutOfRange,
                               HasSubstr("of a source of 5")));
}

}  // namespace
}  // namespace provision
