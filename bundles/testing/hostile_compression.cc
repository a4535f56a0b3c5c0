// Filters: bombs, damage, layers, and what hides behind an end.

#include "absl/strings/str_cat.h"
#include "bundles/testing/archive_cases.h"
#include "bundles/testing/compress.h"

namespace provision {
namespace {

constexpr char kFilter[] = "archive/filter";
constexpr char kLimit[] = "archive/limit";

std::string Changed(std::string bytes, size_t at, unsigned char mask) {
  bytes[at] ^= mask;
  return bytes;
}

void AddBombs(ArchiveCases& cases) {
  cases.Add("256 MiB from 260 kB",
            GzipForTest(TarBuilder()
                            .Add({.name = "zeros",
                                  .data = std::string(256 << 20, '\0')})
                            .Finish()),
            kLimit);
  std::string many;
  for (int i = 0; i <= 100000; ++i) {
    absl::StrAppend(
        &many, TarBuilder().Add({.name = absl::StrCat("f", i)}).Unfinished());
  }
  cases.Add("more members than the limit", many + std::string(1024, '\0'),
            kLimit);
}

void AddGzip(ArchiveCases& cases, const std::string& tar) {
  const std::string gzip = GzipForTest(tar);
  cases.Add("gzip", gzip, "");
  cases.Add("bytes after a gzip member", gzip + "x", kFilter);
  cases.Add("zeros after a gzip member", gzip + std::string(512, '\0'),
            kFilter);
  cases.Add("two gzip members",
            GzipForTest(tar.substr(0, 512)) + GzipForTest(tar.substr(512)),
            kFilter);
  cases.Add("gzip member after gzip member", gzip + gzip, kFilter);
  cases.Add("gzip with a wrong CRC", Changed(gzip, gzip.size() - 8, 1),
            kFilter);
  cases.Add("gzip with a wrong length", Changed(gzip, gzip.size() - 4, 1),
            kFilter);
  cases.Add("gzip cut", gzip.substr(0, gzip.size() - 1), kFilter);
  cases.Add("gzip with reserved flags", Changed(gzip, 3, 0x80), kFilter);
  cases.Add("four layers",
            GzipForTest(GzipForTest(GzipForTest(GzipForTest(tar)))), kFilter);
  cases.Add("zstd under gzip", GzipForTest(ZstdForTest(tar)), kFilter);
}

void AddZstd(ArchiveCases& cases, const std::string& tar) {
  const std::string sized = ZstdForTest(tar);
  const std::string plain = ZstdForTest(tar, {.content_size = false});
  const std::string skip("\x50\x2a\x4d\x18\x05\0\0\0junk!", 13);
  cases.Add("zstd", sized, "");
  cases.Add("zstd without a size", plain, "");
  cases.Add("zstd of two frames",
            ZstdForTest(tar.substr(0, 700)) + ZstdForTest(tar.substr(700)), "");
  cases.Add("zstd and skippable frames", skip + sized + skip, "");
  const size_t size_field = (sized[4] & 0x20) != 0 ? 5 : 6;
  cases.Add("zstd with a wrong size", Changed(sized, size_field, 1), kFilter);
  cases.Add("zstd with a bad checksum", Changed(plain, plain.size() - 1, 1),
            kFilter);
  cases.Add("zstd cut", plain.substr(0, plain.size() - 9), kFilter);
  // The last block no longer says that it is the last.
  cases.Add("zstd without a last block", Changed(plain, 6, 1), kFilter);
  std::string window = plain;
  window[5] = static_cast<char>(18 << 3);
  cases.Add("zstd with a window of 256 MiB", window, kFilter);
  window[5] = static_cast<char>(0xff);
  cases.Add("zstd with a window of terabytes", window, kFilter);
  cases.Add("zstd with a reserved bit", Changed(plain, 4, 0x08), kFilter);
  cases.Add("zstd with a dictionary", Changed(plain, 4, 0x01), kFilter);
  cases.Add("zstd with a reserved block", Changed(plain, 6, 0x06), kFilter);
  // Blocks of 2 KiB: raw, and one byte repeated.
  const std::string magic = "\x28\xb5\x2f\xfd";
  const std::string blocks[] = {
      std::string("\x01\x40\x00", 3) + std::string(2048, '\0'),
      std::string("\x03\x40\x00\x00", 4)};
  for (const std::string& block : blocks) {
    cases.Add("zstd with a block beyond its window",
              magic + std::string("\0\0", 2) + block, kFilter);
    cases.Add("zstd with a block beyond its frame", magic + "\x20\x0a" + block,
              kFilter);
  }
  cases.Add("junk after zstd", plain + "junk junk", kFilter);
  cases.Add("gzip under zstd", ZstdForTest(GzipForTest(tar)), kFilter);
}

}  // namespace

std::vector<TestArchive> CompressionArchives(uint32_t seed) {
  ArchiveCases cases("compression", seed);
  const std::string tar =
      cases
          .Surrounded(TarBuilder()
                          .Add({.name = "f", .data = "some text of a file"})
                          .Unfinished())
          .Finish();
  // What stands around a bomb makes no difference.
  if (seed == 0) AddBombs(cases);
  AddGzip(cases, tar);
  AddZstd(cases, tar);
  const std::string xz = XzForTest(tar);
  cases.Add("xz", xz, kFilter, "");
  cases.Add("xz without a check", XzForTest(tar, {.check = false}), kFilter);
  cases.Add("two xz streams", xz + xz, kFilter);
  cases.Add("xz stream padding", xz + std::string(4, '\0'), kFilter);
  cases.Add("xz cut", xz.substr(0, xz.size() - 1), kFilter);
  cases.Add("xz with a large dictionary",
            XzForTest(tar, {.dictionary = 192 << 20}), kFilter);
  for (const std::string format :
       {"BZh91AY&SY", "7z\xbc\xaf\x27\x1c", "Rar!\x1a\x07", "070701",
        "!<arch>\n", "LZIP\1"}) {
    cases.Add(absl::StrCat("other format ", format.substr(0, 3)),
              format + std::string(600, 'x'), kFilter);
  }
  return cases.Take();
}

}  // namespace provision
