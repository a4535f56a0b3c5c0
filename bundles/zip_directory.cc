#include "bundles/zip_directory.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "bundles/archive_error.h"
#include "bundles/little_endian.h"
#include "bundles/member_mode.h"
#include "bundles/name_rules.h"
#include "bundles/zip_end.h"
#include "bundles/zip_extra.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr absl::string_view kCentral = "PK\1\2";
constexpr absl::string_view kLocal = "PK\3\4";
constexpr absl::string_view kDescriptor = "PK\7\x08";
constexpr uint64_t kCentralSize = 46;
constexpr uint64_t kLocalSize = 30;
constexpr uint64_t kUsualExtra = 64;
// Some tools deflate the nothing that a folder holds.
constexpr absl::string_view kDeflatedNothing("\3\0", 2);
constexpr uint64_t kMaxDirectory = uint64_t{64} << 20;
constexpr uint64_t kRatioFloor = uint64_t{16} << 20;

constexpr uint64_t kEncrypted = 1 << 0;
constexpr uint64_t kHasDescriptor = 1 << 3;
constexpr uint64_t kIsUtf8 = 1 << 11;
constexpr uint64_t kFlagsAllowed = 1 << 1 | 1 << 2 | kHasDescriptor | kIsUtf8;

constexpr uint64_t kHostUnix = 3;
constexpr uint32_t kTypeMask = 0170000;
constexpr uint32_t kTypeFile = 0100000;
constexpr uint32_t kTypeDirectory = 0040000;

absl::Status ZipError(absl::string_view member, absl::string_view reason) {
  return ArchiveError(kArchiveZip, member, reason);
}

// An entry of the central directory and what its local header adds.
struct Entry {
  ZipMember member;
  std::string raw_name;
  uint64_t flags = 0;
  uint64_t header_offset = 0;
};

// The fields that both headers have, in the same order.
struct Common {
  uint64_t flags, method, crc, compressed_size, size, name_size, extra_size;
};

Common ParseCommon(absl::string_view bytes, size_t at) {
  return {LittleEndian(bytes, at, 2),      LittleEndian(bytes, at + 2, 2),
          LittleEndian(bytes, at + 8, 4),  LittleEndian(bytes, at + 12, 4),
          LittleEndian(bytes, at + 16, 4), LittleEndian(bytes, at + 20, 2),
          LittleEndian(bytes, at + 22, 2)};
}

class DirectoryReader {
 public:
  DirectoryReader(const ByteSource& zip, const ArchiveRules& rules,
                  std::set<std::string>* allowances)
      : zip_(zip), rules_(rules), allowances_(allowances) {}

  absl::StatusOr<std::vector<ZipMember>> Read();

 private:
  absl::StatusOr<std::string> Bytes(uint64_t offset, uint64_t size) const;
  absl::StatusOr<Entry> TakeCentral(absl::string_view& rest);
  absl::Status CheckFlags(const Entry& entry) const;
  absl::Status TakeName(Entry& entry);
  absl::Status TakeAttributes(uint64_t host, uint64_t attributes, Entry& entry);
  absl::Status CheckSizes(const Entry& entry);
  absl::StatusOr<uint64_t> TakeLocal(Entry& entry, uint64_t end);
  absl::Status CheckLocalSizes(const Entry& entry, const Common& local,
                               uint64_t size, uint64_t compressed_size) const;
  absl::Status CheckDescriptor(const Entry& entry, bool is_64, uint64_t offset,
                               uint64_t end) const;

  const ByteSource& zip_;
  const ArchiveRules rules_;
  std::set<std::string>* allowances_;
  uint64_t total_ = 0;
};

absl::StatusOr<std::vector<ZipMember>> DirectoryReader::Read() {
  PROVISION_ASSIGN_OR_RETURN(ZipEnd end,
                             ReadZipEnd(zip_, rules_.profile, allowances_));
  if (end.members > rules_.limits.members) {
    return ArchiveError(
        kArchiveLimit, "",
        absl::StrCat("more than ", rules_.limits.members, " members"));
  }
  if (end.directory_size > kMaxDirectory) {
    return ArchiveError(kArchiveLimit, "",
                        "central directory of more than 64 MiB");
  }
  PROVISION_ASSIGN_OR_RETURN(std::string directory,
                             Bytes(end.directory_offset, end.directory_size));
  absl::string_view rest = directory;
  std::vector<Entry> entries;
  for (uint64_t i = 0; i < end.members; ++i) {
    PROVISION_ASSIGN_OR_RETURN(Entry entry, TakeCentral(rest));
    entries.push_back(std::move(entry));
  }
  if (!rest.empty())
    return ZipError("", "more members than the end record says");
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) {
                     return a.header_offset < b.header_offset;
                   });
  uint64_t position = 0;
  std::vector<ZipMember> members;
  for (size_t i = 0; i < entries.size(); ++i) {
    Entry& entry = entries[i];
    if (entry.header_offset != position) {
      return ZipError(entry.member.path, "a gap or an overlap before it");
    }
    const uint64_t next = i + 1 < entries.size() ? entries[i + 1].header_offset
                                                 : end.directory_offset;
    PROVISION_ASSIGN_OR_RETURN(position, TakeLocal(entry, next));
    members.push_back(std::move(entry.member));
  }
  if (position != end.directory_offset) {
    return ZipError("", "a gap before the central directory");
  }
  return members;
}

absl::StatusOr<std::string> DirectoryReader::Bytes(uint64_t offset,
                                                   uint64_t size) const {
  std::string bytes(size, '\0');
  absl::Status status = zip_.ReadAt(offset, absl::MakeSpan(bytes));
  if (absl::IsOutOfRange(status)) {
    return ZipError("", "an offset or a size beyond its end");
  }
  PROVISION_RETURN_IF_ERROR(status);
  return bytes;
}

absl::StatusOr<Entry> DirectoryReader::TakeCentral(absl::string_view& rest) {
  if (rest.size() < kCentralSize || !absl::StartsWith(rest, kCentral)) {
    return ZipError("", "fewer members than the end record says");
  }
  const Common common = ParseCommon(rest, 8);
  const uint64_t comment_size = LittleEndian(rest, 32, 2);
  const uint64_t whole =
      kCentralSize + common.name_size + common.extra_size + comment_size;
  if (rest.size() < whole) return ZipError("", "entry that is cut");
  Entry entry;
  entry.raw_name = std::string(rest.substr(kCentralSize, common.name_size));
  entry.flags = common.flags;
  entry.member.method = common.method;
  entry.member.crc = common.crc;
  uint64_t values[] = {common.size, common.compressed_size,
                       LittleEndian(rest, 42, 4)};
  if (LittleEndian(rest, 34, 2) != 0) {
    return ZipError(entry.raw_name, "on another disk");
  }
  PROVISION_RETURN_IF_ERROR(CheckFlags(entry));
  bool has_64 = false;
  PROVISION_RETURN_IF_ERROR(ParseZipExtra(
      rest.substr(kCentralSize + common.name_size, common.extra_size),
      entry.raw_name, rules_.profile, absl::MakeSpan(values), &has_64,
      allowances_));
  entry.member.size = values[0];
  entry.member.compressed_size = values[1];
  entry.header_offset = values[2];
  PROVISION_RETURN_IF_ERROR(TakeName(entry));
  PROVISION_RETURN_IF_ERROR(TakeAttributes(LittleEndian(rest, 5, 1),
                                           LittleEndian(rest, 38, 4), entry));
  PROVISION_RETURN_IF_ERROR(CheckSizes(entry));
  rest.remove_prefix(whole);
  return entry;
}

absl::Status DirectoryReader::CheckFlags(const Entry& entry) const {
  if ((entry.flags & kEncrypted) != 0) {
    return ZipError(entry.raw_name, "encrypted");
  }
  if ((entry.flags & ~kFlagsAllowed) != 0) {
    return ZipError(entry.raw_name, "a flag that is not known");
  }
  const bool is_ascii =
      std::all_of(entry.raw_name.begin(), entry.raw_name.end(),
                  [](char c) { return (c & 0x80) == 0; });
  if ((entry.flags & kIsUtf8) == 0 && !is_ascii) {
    return ZipError(entry.raw_name, "a name in an encoding that is not said");
  }
  const uint64_t method = entry.member.method;
  if (method != kZipStored && method != kZipDeflate && method != kZipZstd) {
    return ZipError(entry.raw_name, absl::StrCat("compression method ", method,
                                                 " is not accepted"));
  }
  return absl::OkStatus();
}

absl::Status DirectoryReader::TakeName(Entry& entry) {
  absl::string_view name = entry.raw_name;
  entry.member.is_directory = absl::ConsumeSuffix(&name, "/");
  entry.member.path = std::string(name);
  return CheckName(name, rules_.windows_names);
}

// Installers take the high half for a Unix mode wherever the zip was made.
absl::Status DirectoryReader::TakeAttributes(uint64_t host, uint64_t attributes,
                                             Entry& entry) {
  ZipMember& member = entry.member;
  const uint32_t mode = attributes >> 16;
  const uint32_t type = mode & kTypeMask;
  const uint32_t expected = member.is_directory ? kTypeDirectory : kTypeFile;
  const bool is_dos_directory = host != kHostUnix && (attributes & 0x10) != 0;
  if ((type != 0 && type != expected) ||
      (is_dos_directory && !member.is_directory)) {
    return ArchiveError(kArchiveType, member.path,
                        "neither a file nor a folder, or both");
  }
  const bool has_mode = host == kHostUnix || type != 0;
  member.mode = has_mode ? mode & 07777 : 0644;
  return CheckMode(member.path,
                   member.is_directory ? ArchiveEntry::Type::kDirectory
                                       : ArchiveEntry::Type::kFile,
                   member.mode, rules_.profile, allowances_);
}

absl::Status DirectoryReader::CheckSizes(const Entry& entry) {
  const ZipMember& member = entry.member;
  const bool may_be_deflated = rules_.profile == ArchiveProfile::kUpstream &&
                               member.method == kZipDeflate;
  const uint64_t most = may_be_deflated ? kDeflatedNothing.size() : 0;
  if (member.is_directory &&
      (member.size != 0 || member.crc != 0 || member.compressed_size > most)) {
    return ArchiveError(kArchiveType, member.path, "data on a folder");
  }
  if (member.method == kZipStored && member.size != member.compressed_size) {
    return ZipError(member.path, "stored with two sizes that differ");
  }
  const ArchiveLimits& limits = rules_.limits;
  if (member.size > limits.member_bytes) {
    return ArchiveError(
        kArchiveLimit, member.path,
        absl::StrCat("more than ", limits.member_bytes, " bytes"));
  }
  total_ += member.size;
  if (total_ > limits.total_bytes) {
    return ArchiveError(
        kArchiveLimit, member.path,
        absl::StrCat("more than ", limits.total_bytes, " bytes in all"));
  }
  const bool is_bomb = member.size > kRatioFloor &&
                       member.size / limits.ratio > member.compressed_size;
  if (is_bomb ||
      (total_ > kRatioFloor && total_ / limits.ratio > zip_.size())) {
    return ArchiveError(kArchiveLimit, member.path,
                        absl::StrCat("decompresses to more than ", limits.ratio,
                                     " times its size"));
  }
  return absl::OkStatus();
}

// Returns where the member ends, which has to be at `end`.
absl::StatusOr<uint64_t> DirectoryReader::TakeLocal(Entry& entry,
                                                    uint64_t end) {
  ZipMember& member = entry.member;
  const uint64_t start = entry.header_offset;
  if (start > end || end - start < kLocalSize) {
    return ZipError(member.path, "overlaps what follows");
  }
  // With the name and an extra field of the usual length in one go.
  const uint64_t guess = std::min<uint64_t>(
      kLocalSize + entry.raw_name.size() + kUsualExtra, end - start);
  PROVISION_ASSIGN_OR_RETURN(std::string header, Bytes(start, guess));
  if (!absl::StartsWith(header, kLocal)) {
    return ZipError(member.path, "no header where the directory says");
  }
  const Common local = ParseCommon(header, 6);
  const uint64_t header_size = kLocalSize + local.name_size + local.extra_size;
  if (header_size > guess) {
    PROVISION_ASSIGN_OR_RETURN(header, Bytes(start, header_size));
  }
  const absl::string_view variable =
      absl::string_view(header).substr(0, header_size).substr(kLocalSize);
  if (variable.substr(0, local.name_size) != entry.raw_name ||
      local.flags != entry.flags || local.method != member.method) {
    return ZipError(member.path, "its two headers differ");
  }
  uint64_t values[] = {local.size, local.compressed_size};
  bool is_64 = false;
  PROVISION_RETURN_IF_ERROR(ParseZipExtra(
      variable.substr(local.name_size), entry.raw_name, rules_.profile,
      absl::MakeSpan(values), &is_64, allowances_));
  PROVISION_RETURN_IF_ERROR(
      CheckLocalSizes(entry, local, values[0], values[1]));
  member.data_offset = start + header_size;
  if (member.data_offset > end ||
      member.compressed_size > end - member.data_offset) {
    return ZipError(member.path, "overlaps what follows");
  }
  if (member.is_directory && member.compressed_size > 0) {
    PROVISION_ASSIGN_OR_RETURN(
        const std::string data,
        Bytes(member.data_offset, member.compressed_size));
    if (data != kDeflatedNothing) {
      return ArchiveError(kArchiveType, member.path, "data on a folder");
    }
    allowances_->insert("deflated nothing on a folder");
  }
  const uint64_t data_end = member.data_offset + member.compressed_size;
  if ((entry.flags & kHasDescriptor) != 0) {
    is_64 |= member.size > 0xffffffff || member.compressed_size > 0xffffffff;
    PROVISION_RETURN_IF_ERROR(CheckDescriptor(entry, is_64, data_end, end));
  } else if (data_end != end) {
    return ZipError(member.path, "a gap after it");
  }
  return end;
}

// With a descriptor after the data, the header before it may hold zeros.
absl::Status DirectoryReader::CheckLocalSizes(const Entry& entry,
                                              const Common& local,
                                              uint64_t size,
                                              uint64_t compressed_size) const {
  const bool may_be_zero = (entry.flags & kHasDescriptor) != 0;
  auto agrees = [may_be_zero](uint64_t here, uint64_t central) {
    return here == central || (may_be_zero && here == 0);
  };
  if (agrees(local.crc, entry.member.crc) && agrees(size, entry.member.size) &&
      agrees(compressed_size, entry.member.compressed_size)) {
    return absl::OkStatus();
  }
  return ZipError(entry.member.path, "its two headers differ");
}

// The descriptor fills what lies between the data and the next member.
absl::Status DirectoryReader::CheckDescriptor(const Entry& entry, bool is_64,
                                              uint64_t offset,
                                              uint64_t end) const {
  const uint64_t width = is_64 ? 8 : 4;
  const uint64_t plain = 4 + 2 * width;
  const uint64_t gap = end - offset;
  if (gap != plain && gap != plain + 4) {
    return ZipError(entry.member.path, "no data descriptor of the right size");
  }
  PROVISION_ASSIGN_OR_RETURN(std::string bytes, Bytes(offset, gap));
  absl::string_view descriptor = bytes;
  if (gap != plain && !absl::ConsumePrefix(&descriptor, kDescriptor)) {
    return ZipError(entry.member.path, "a gap after it");
  }
  if (LittleEndian(descriptor, 0, 4) != entry.member.crc ||
      LittleEndian(descriptor, 4, width) != entry.member.compressed_size ||
      LittleEndian(descriptor, 4 + width, width) != entry.member.size) {
    return ZipError(entry.member.path, "data descriptor that differs");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<ZipMember>> ReadZipDirectory(
    const ByteSource& zip, const ArchiveRules& rules,
    std::set<std::string>* allowances) {
  return DirectoryReader(zip, rules, allowances).Read();
}

}  // namespace provision
