#include "bundles/archive_format.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "bundles/testing/compress.h"
#include "bundles/testing/refusal_text.h"
#include "bundles/testing/tar_builder.h"
#include "bundles/testing/zip_builder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

using ::testing::HasSubstr;

absl::StatusOr<ArchiveFormat> Detect(
    const std::string& bytes,
    ArchiveProfile profile = ArchiveProfile::kUpstream) {
  MemoryByteSource source(bytes);
  return DetectFormat(source, profile);
}

const std::string& Tar() {
  static const auto* tar =
      new std::string(TarBuilder().Add({.name = "a", .data = "x"}).Finish());
  return *tar;
}

TEST(DetectFormatTest, AcceptedOnes) {
  EXPECT_EQ(*Detect(Tar()), ArchiveFormat::kTar);
  EXPECT_EQ(*Detect(TarBuilder().Finish()), ArchiveFormat::kTar);
  EXPECT_EQ(*Detect(GzipForTest(Tar())), ArchiveFormat::kTarGzip);
  EXPECT_EQ(*Detect(ZstdForTest(Tar())), ArchiveFormat::kTarZstd);
  EXPECT_EQ(
      *Detect(std::string("\x50\x2a\x4d\x18\1\0\0\0a", 9) + ZstdForTest(Tar())),
      ArchiveFormat::kTarZstd);
  EXPECT_EQ(*Detect(XzForTest(Tar())), ArchiveFormat::kTarXz);
  EXPECT_EQ(*Detect(ZipBuilder().Finish()), ArchiveFormat::kZip);
  EXPECT_EQ(*Detect(ZipBuilder().Add({.name = "a"}).Finish()),
            ArchiveFormat::kZip);
  EXPECT_EQ(*Detect("#!/bin/sh\n" + ZipBuilder().Finish()),
            ArchiveFormat::kZip);  // for the zip rules to refuse
}

TEST(DetectFormatTest, OthersAreRefusedByName) {
  const struct {
    std::string bytes, reason;
  } kCases[] = {
      {"", "neither a tar nor a zip"},
      {"x", "neither a tar nor a zip"},
      {std::string(511, '\0'), "neither a tar nor a zip"},
      {"BZh91AY", "format bzip2"},
      {"7z\xbc\xaf\x27\x1c", "format 7z"},
      {"Rar!\x1a\x07", "format rar"},
      {"070701", "format cpio"},
      {"!<arch>\ndebian-binary", "format ar"},
      {"\xed\xab\xee\xdb", "format rpm"},
      {"LZIP", "format lzip"},
      {"\x1f\x9d", "format compress"},
      {std::string(32769, 'x') + "CD001", "format iso"},
      {GzipForTest("hello"), "no tar under gzip"},
      {GzipForTest(GzipForTest(Tar())), "gzip under gzip"},
      {GzipForTest(ZstdForTest(Tar())), "zstd under gzip"},
      {ZstdForTest(XzForTest(Tar())), "xz under zstd"},
      {GzipForTest(ZipBuilder().Add({.name = "a"}).Finish()), "zip under gzip"},
      {"\x1f\x8b junk", "gzip data"},
  };
  for (const auto& c : kCases) {
    absl::Status status = Detect(c.bytes).status();
    EXPECT_THAT(RefusalText(status), HasSubstr(c.reason));
    EXPECT_THAT(RefusalText(status), HasSubstr("[archive/filter]"));
  }
}

TEST(DetectFormatTest, XzIsUpstreamOnly) {
  EXPECT_THAT(
      RefusalText(Detect(XzForTest(Tar()), ArchiveProfile::kStrict).status()),
      HasSubstr("format xz is not accepted"));
}

TEST(OpenTarTest, GivesTheTarWithinTheRatio) {
  const struct {
    std::string bytes;
    ArchiveFormat format;
  } kCases[] = {{Tar(), ArchiveFormat::kTar},
                {GzipForTest(Tar()), ArchiveFormat::kTarGzip},
                {ZstdForTest(Tar()), ArchiveFormat::kTarZstd},
                {XzForTest(Tar()), ArchiveFormat::kTarXz}};
  for (const auto& c : kCases) {
    MemoryByteSource source(c.bytes);
    std::string out(Tar().size() + 1, '-');
    absl::StatusOr<size_t> n =
        ReadFull(*OpenTar(source, c.format, {}), absl::MakeSpan(out));
    ASSERT_TRUE(n.ok()) << n.status();
    EXPECT_EQ(out.substr(0, *n), Tar());
  }
  const std::string bomb = GzipForTest(std::string(32 << 20, '\0'));
  MemoryByteSource source(bomb);
  std::string out(33 << 20, '-');
  EXPECT_THAT(
      RefusalText(ReadFull(*OpenTar(source, ArchiveFormat::kTarGzip, {}),
                           absl::MakeSpan(out))
                      .status()),
      HasSubstr("[archive/limit]"));
}

}  // namespace
}  // namespace provision
