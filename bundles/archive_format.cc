#include "bundles/archive_format.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "bundles/archive_error.h"
#include "bundles/decompressor.h"
#include "bundles/tar_header.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

struct Signature {
  absl::string_view name;
  size_t offset;
  absl::string_view bytes;
};

constexpr absl::string_view kGzip = "gzip";
constexpr absl::string_view kZstd = "zstd";
constexpr absl::string_view kXz = "xz";
constexpr absl::string_view kZip = "zip";

constexpr Signature kSignatures[] = {
    {kGzip, 0, "\x1f\x8b"},
    {kZstd, 0, "\x28\xb5\x2f\xfd"},
    {kXz, 0, absl::string_view("\xfd\x37zXZ\0", 6)},
    {kZip, 0, "PK\3\4"},
    {kZip, 0, "PK\5\6"},
    {"bzip2", 0, "BZh"},
    {"7z", 0, "7z\xbc\xaf\x27\x1c"},
    {"rar", 0, "Rar!\x1a\x07"},
    {"cpio", 0, "070701"},
    {"cpio", 0, "070702"},
    {"cpio", 0, "070707"},
    {"cpio", 0, "\xc7\x71"},
    {"ar", 0, "!<arch>\n"},
    {"rpm", 0, "\xed\xab\xee\xdb"},
    {"lzip", 0, "LZIP"},
    {"lz4", 0, "\x04\x22\x4d\x18"},
    {"compress", 0, "\x1f\x9d"},
    {"lzma", 0, absl::string_view("\x5d\0\0", 3)},
    {"xar", 0, "xar!"},
    {"cab", 0, "MSCF"},
    {"squashfs", 0, "hsqs"},
    {"iso", 32769, "CD001"},
};

constexpr size_t kProbe = 32774;
constexpr absl::string_view kZipEnd = "PK\5\6";
constexpr size_t kZipEndSize = 22;

// The name of the format that begins with `head`, or "".
absl::string_view NameOf(absl::string_view head) {
  for (const Signature& s : kSignatures) {
    if (head.size() >= s.offset &&
        absl::StartsWith(head.substr(s.offset), s.bytes)) {
      return s.name;
    }
  }
  // A skippable frame of zstd, of sixteen kinds.
  if (head.size() >= 4 && (head[0] & 0xf0) == 0x50 &&
      head.substr(1, 3) == "\x2a\x4d\x18") {
    return kZstd;
  }
  return "";
}

absl::StatusOr<std::string> Head(ByteStream& stream, size_t size) {
  std::string head(size, '\0');
  PROVISION_ASSIGN_OR_RETURN(size_t n, ReadFull(stream, absl::MakeSpan(head)));
  head.resize(n);
  return head;
}

absl::StatusOr<bool> EndsAsZip(const ByteSource& archive) {
  std::string end(std::min<uint64_t>(archive.size(), kZipEndSize), '\0');
  PROVISION_RETURN_IF_ERROR(
      archive.ReadAt(archive.size() - end.size(), absl::MakeSpan(end)));
  return absl::StartsWith(end, kZipEnd);
}

bool BeginsTar(absl::string_view head) {
  return HasTarMagic(head) ||
         (head.size() >= kTarBlock && IsZeroBlock(head.substr(0, kTarBlock)));
}

absl::Status NotAnArchive(absl::string_view name) {
  return ArchiveError(kArchiveFilter, "",
                      name.empty()
                          ? "neither a tar nor a zip"
                          : absl::StrCat("format ", name, " is not accepted"));
}

}  // namespace

absl::StatusOr<ArchiveFormat> DetectFormat(const ByteSource& archive,
                                           ArchiveProfile profile) {
  SourceStream stream(archive, 0, archive.size());
  PROVISION_ASSIGN_OR_RETURN(std::string head, Head(stream, kProbe));
  if (BeginsTar(head)) return ArchiveFormat::kTar;
  PROVISION_ASSIGN_OR_RETURN(bool ends_as_zip, EndsAsZip(archive));
  const absl::string_view name = NameOf(head);
  if (name == kZip || ends_as_zip) return ArchiveFormat::kZip;
  ArchiveFormat format;
  if (name == kGzip) {
    format = ArchiveFormat::kTarGzip;
  } else if (name == kZstd) {
    format = ArchiveFormat::kTarZstd;
  } else if (name == kXz && profile == ArchiveProfile::kUpstream) {
    format = ArchiveFormat::kTarXz;
  } else {
    return NotAnArchive(name);
  }
  PROVISION_ASSIGN_OR_RETURN(
      std::string inner,
      Head(*OpenTar(archive, format, ArchiveLimits()), kTarBlock));
  if (BeginsTar(inner)) return format;
  const absl::string_view inner_name = NameOf(inner);
  return ArchiveError(kArchiveFilter, "",
                      inner_name.empty()
                          ? absl::StrCat("no tar under ", name)
                          : absl::StrCat(inner_name, " under ", name));
}

std::unique_ptr<ByteStream> OpenTar(const ByteSource& archive,
                                    ArchiveFormat format,
                                    const ArchiveLimits& limits) {
  auto stream = std::make_unique<SourceStream>(archive, 0, archive.size());
  std::unique_ptr<ByteStream> raw;
  switch (format) {
    case ArchiveFormat::kZip:
    case ArchiveFormat::kTar:
      return stream;
    case ArchiveFormat::kTarGzip:
      raw = NewGzipStream(std::move(stream), kArchiveFilter);
      break;
    case ArchiveFormat::kTarZstd:
      raw = NewZstdStream(std::move(stream), kArchiveFilter);
      break;
    case ArchiveFormat::kTarXz:
      raw = NewXzStream(std::move(stream), kArchiveFilter);
      break;
  }
  return NewRatioStream(std::move(raw), archive.size(), limits.ratio);
}

}  // namespace provision
