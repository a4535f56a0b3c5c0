#include "bundles/tar_scanner.h"

#include <set>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"
#include "bundles/archive_error.h"
#include "bundles/entry_tree.h"
#include "bundles/member_mode.h"
#include "bundles/name_rules.h"
#include "bundles/pax_header.h"
#include "bundles/tar_header.h"
#include "core/base/crypto.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

using Type = ArchiveEntry::Type;

constexpr uint64_t kMaxGnuName = 4096;
// What may follow the end: the rest of a record, whose size is the writer's.
constexpr uint64_t kMaxEndBlocks = (1 << 20) / kTarBlock;

absl::string_view TypeName(char type) {
  switch (type) {
    case '\0':
      return "entry of type NUL";
    case '1':
      return "hard link";
    case '3':
      return "character device";
    case '4':
      return "block device";
    case '6':
      return "FIFO";
    case '7':
      return "contiguous file";
    case 'D':
      return "dump directory";
    case 'K':
    case 'L':
      return "GNU long name";
    case 'M':
      return "part of a multi-volume archive";
    case 'S':
      return "sparse file";
    case 'V':
      return "volume header";
  }
  return "entry of unknown type";
}

class TarScanner {
 public:
  TarScanner(ByteStream& tar, const ArchiveRules& rules)
      : tar_(tar),
        rules_(rules),
        is_upstream_(rules.profile == ArchiveProfile::kUpstream),
        tree_(rules, &allowances_) {}

  absl::StatusOr<ArchiveListing> Scan();

 private:
  // Headers that wait for the entry they belong to.
  struct Pending {
    absl::optional<PaxHeader> pax;
    absl::optional<std::string> long_name;
    absl::optional<std::string> long_link;
    bool is_global = false;
  };

  absl::StatusOr<bool> ReadBlock();
  absl::Status TakeHeader(const TarHeader& header);
  absl::Status TakePax(const TarHeader& header);
  absl::Status TakeGnuName(const TarHeader& header);
  absl::Status TakeEntry(const TarHeader& header);
  absl::Status TakeSize(const TarHeader& header, ArchiveEntry& entry);
  absl::Status TakeName(const TarHeader& header, ArchiveEntry& entry);
  absl::Status TakeHardLink(ArchiveEntry& entry);
  absl::Status TakeContent(ArchiveEntry& entry);
  absl::Status CountMember(absl::string_view member);
  absl::StatusOr<std::string> ReadBody(uint64_t size);
  absl::Status CheckEnd();
  absl::string_view DropDot(absl::string_view name);

  ByteStream& tar_;
  const ArchiveRules rules_;
  const bool is_upstream_;
  std::set<std::string> allowances_;
  EntryTree tree_;
  ArchiveListing listing_;
  absl::flat_hash_map<std::string, size_t> files_;  // into listing_.entries
  Pending pending_;
  bool has_root_ = false;
  uint64_t members_ = 0;
  std::string block_ = std::string(kTarBlock, '\0');
  std::vector<char> buffer_ = std::vector<char>(64 << 10);
};

absl::Status TarError(absl::string_view member, absl::string_view reason) {
  return ArchiveError(kArchiveTar, member, reason);
}

// A header's own name names no entry, but a reader that does not know the
// header makes a file of it. Writers begin it with "./" or cut it in a
// character.
absl::Status CheckMetadataName(absl::string_view name) {
  if (absl::StartsWith(name, "/")) {
    return ArchiveError(kArchiveName, name, "absolute name of a header");
  }
  for (absl::string_view component : absl::StrSplit(name, '/')) {
    if (component == "..") {
      return ArchiveError(kArchiveName, name, ".. in the name of a header");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<ArchiveListing> TarScanner::Scan() {
  while (true) {
    PROVISION_ASSIGN_OR_RETURN(bool is_there, ReadBlock());
    if (!is_there) return TarError("", "the blocks that end it are missing");
    if (IsZeroBlock(block_)) break;
    PROVISION_ASSIGN_OR_RETURN(TarHeader header, ParseTarHeader(block_));
    PROVISION_RETURN_IF_ERROR(TakeHeader(header));
  }
  PROVISION_RETURN_IF_ERROR(CheckEnd());
  PROVISION_RETURN_IF_ERROR(tree_.CheckLinks());
  listing_.digest = TreeDigest(listing_.entries);
  listing_.allowances.assign(allowances_.begin(), allowances_.end());
  return std::move(listing_);
}

// False at the end, if that is the end of a block.
absl::StatusOr<bool> TarScanner::ReadBlock() {
  PROVISION_ASSIGN_OR_RETURN(size_t n, ReadFull(tar_, absl::MakeSpan(block_)));
  if (n == 0) return false;
  if (n == kTarBlock) return true;
  return TarError("", "it ends in the middle of a block");
}

absl::Status TarScanner::TakeHeader(const TarHeader& header) {
  PROVISION_RETURN_IF_ERROR(CountMember(header.name));
  switch (header.type) {
    case 'x':
    case 'g':
      PROVISION_RETURN_IF_ERROR(CheckMetadataName(header.name));
      return TakePax(header);
    case 'L':
    case 'K':
      if (!is_upstream_) break;
      PROVISION_RETURN_IF_ERROR(CheckMetadataName(header.name));
      return TakeGnuName(header);
    case '1':
      if (is_upstream_) return TakeEntry(header);
      break;
    case '0':
    case '2':
    case '5':
      return TakeEntry(header);
    default:
      break;
  }
  return ArchiveError(kArchiveType, header.name, TypeName(header.type));
}

absl::Status TarScanner::CountMember(absl::string_view member) {
  if (++members_ <= rules_.limits.members) return absl::OkStatus();
  return ArchiveError(
      kArchiveLimit, member,
      absl::StrCat("more than ", rules_.limits.members, " members"));
}

absl::Status TarScanner::TakePax(const TarHeader& header) {
  if (header.size > kMaxPaxHeader) {
    return ArchiveError(kArchiveLimit, header.name,
                        "extended header of more than 64 KiB");
  }
  if (pending_.pax || pending_.long_name || pending_.long_link) {
    return TarError(header.name, "two headers for one entry");
  }
  PROVISION_ASSIGN_OR_RETURN(std::string records, ReadBody(header.size));
  const PaxScope scope =
      header.type == 'g' ? PaxScope::kGlobal : PaxScope::kLocal;
  PROVISION_ASSIGN_OR_RETURN(
      PaxHeader pax, ParsePaxHeader(records, scope, rules_.profile, header.name,
                                    &allowances_));
  if (scope == PaxScope::kGlobal) {
    pending_.is_global = true;
  } else {
    pending_.pax = std::move(pax);
  }
  return absl::OkStatus();
}

absl::Status TarScanner::TakeGnuName(const TarHeader& header) {
  absl::optional<std::string>& slot =
      header.type == 'L' ? pending_.long_name : pending_.long_link;
  if (pending_.pax || slot.has_value()) {
    return TarError(header.name, "two headers for one entry");
  }
  if (header.size > kMaxGnuName) {
    return ArchiveError(kArchiveLimit, header.name,
                        "GNU long name of more than 4096 bytes");
  }
  PROVISION_ASSIGN_OR_RETURN(std::string name, ReadBody(header.size));
  if (name.empty() || name.find('\0') != name.size() - 1) {
    return TarError(header.name, "GNU long name does not end in its one NUL");
  }
  name.pop_back();
  slot = std::move(name);
  allowances_.insert("GNU long names");
  return absl::OkStatus();
}

absl::Status TarScanner::TakeEntry(const TarHeader& header) {
  ArchiveEntry entry;
  entry.type = header.type == '5'   ? Type::kDirectory
               : header.type == '2' ? Type::kSymlink
                                    : Type::kFile;
  PROVISION_RETURN_IF_ERROR(TakeName(header, entry));
  const std::string shown = entry.path.empty() ? "./" : entry.path;
  if (header.has_gnu_fields) {
    return TarError(shown, "fields of GNU's incremental archives");
  }
  PROVISION_RETURN_IF_ERROR(TakeSize(header, entry));
  PROVISION_RETURN_IF_ERROR(
      CheckMode(shown, entry.type, header.mode, rules_.profile, &allowances_));
  pending_ = Pending();
  if (entry.path.empty()) {
    if (!std::exchange(has_root_, true)) return absl::OkStatus();
    return ArchiveError(kArchiveDuplicate, "./", "a second time");
  }
  if (header.type == '0') {
    entry.executable = IsExecutable(header.mode);
    PROVISION_RETURN_IF_ERROR(tree_.Add(entry.type, entry.path));
    PROVISION_RETURN_IF_ERROR(TakeContent(entry));
  } else if (header.type == '1') {
    PROVISION_RETURN_IF_ERROR(TakeHardLink(entry));
    PROVISION_RETURN_IF_ERROR(tree_.Add(entry.type, entry.path));
  } else {
    PROVISION_RETURN_IF_ERROR(tree_.Add(entry.type, entry.path, entry.target));
  }
  listing_.bytes += entry.size;
  if (listing_.bytes > rules_.limits.total_bytes) {
    return ArchiveError(
        kArchiveLimit, entry.path,
        absl::StrCat("more than ", rules_.limits.total_bytes, " bytes in all"));
  }
  if (entry.type == Type::kFile) {
    files_[entry.path] = listing_.entries.size();
  }
  listing_.entries.push_back(std::move(entry));
  return absl::OkStatus();
}

// The effective name and target, checked; an empty name is the root.
absl::Status TarScanner::TakeName(const TarHeader& header,
                                  ArchiveEntry& entry) {
  const bool has_pax = pending_.pax.has_value();
  absl::string_view name = has_pax && pending_.pax->path ? *pending_.pax->path
                           : pending_.long_name          ? *pending_.long_name
                                                         : header.name;
  absl::string_view target = has_pax && pending_.pax->link_path
                                 ? *pending_.pax->link_path
                             : pending_.long_link ? *pending_.long_link
                                                  : header.link_name;
  if (entry.type == Type::kDirectory) {
    if (is_upstream_ && name == "./") {
      allowances_.insert("names that begin with ./");
      return absl::OkStatus();
    }
    absl::ConsumeSuffix(&name, "/");
  } else if (absl::EndsWith(name, "/")) {
    return ArchiveError(kArchiveName, name,
                        "slash after the name of no folder");
  }
  name = DropDot(name);
  PROVISION_RETURN_IF_ERROR(CheckName(name, rules_.windows_names));
  entry.path = std::string(name);
  if (entry.type == Type::kSymlink) {
    entry.target = std::string(target);
    return CheckLinkTarget(name, target, rules_.windows_names);
  }
  if (header.type == '1') entry.copy_of = std::string(DropDot(target));
  return absl::OkStatus();
}

absl::string_view TarScanner::DropDot(absl::string_view name) {
  if (is_upstream_ && name.size() > 2 && absl::ConsumePrefix(&name, "./")) {
    allowances_.insert("names that begin with ./");
  }
  return name;
}

absl::Status TarScanner::TakeSize(const TarHeader& header,
                                  ArchiveEntry& entry) {
  uint64_t size = header.size;
  if (pending_.pax && pending_.pax->size) {
    size = *pending_.pax->size;
    if (size != header.size && !header.size_is_saturated) {
      return TarError(entry.path, "two sizes that differ");
    }
  }
  if (header.type != '0' && size != 0) {
    return ArchiveError(kArchiveType, entry.path,
                        "data on what is no regular file");
  }
  if (size > rules_.limits.member_bytes) {
    return ArchiveError(
        kArchiveLimit, entry.path,
        absl::StrCat("more than ", rules_.limits.member_bytes, " bytes"));
  }
  entry.size = size;
  return absl::OkStatus();
}

absl::Status TarScanner::TakeHardLink(ArchiveEntry& entry) {
  auto original = files_.find(entry.copy_of);
  if (original == files_.end()) {
    return ArchiveError(
        kArchiveType, entry.path,
        absl::StrCat("hard link to ", EscapedName(entry.copy_of),
                     ", which is no earlier file"));
  }
  const ArchiveEntry& file = listing_.entries[original->second];
  entry.executable = file.executable;
  entry.size = file.size;
  entry.sha256 = file.sha256;
  allowances_.insert("hard links, made copies");
  return absl::OkStatus();
}

absl::Status TarScanner::TakeContent(ArchiveEntry& entry) {
  Sha256 hash;
  uint64_t left = entry.size;
  while (left > 0) {
    absl::Span<char> out = absl::MakeSpan(buffer_).subspan(0, left);
    PROVISION_ASSIGN_OR_RETURN(size_t n, tar_.Read(out));
    if (n == 0) return TarError(entry.path, "it ends in the middle of a file");
    hash.Update(absl::string_view(buffer_.data(), n));
    left -= n;
  }
  entry.sha256 = hash.FinalHex();
  const size_t padding = (kTarBlock - entry.size % kTarBlock) % kTarBlock;
  absl::Span<char> out = absl::MakeSpan(buffer_).subspan(0, padding);
  PROVISION_ASSIGN_OR_RETURN(size_t n, ReadFull(tar_, out));
  if (n == padding) return absl::OkStatus();
  return TarError(entry.path, "it ends in the middle of a block");
}

// The data of a header, whose size the caller has checked.
absl::StatusOr<std::string> TarScanner::ReadBody(uint64_t size) {
  std::string body((size + kTarBlock - 1) / kTarBlock * kTarBlock, '\0');
  PROVISION_ASSIGN_OR_RETURN(size_t n, ReadFull(tar_, absl::MakeSpan(body)));
  if (n < body.size()) return TarError("", "it ends in the middle of a header");
  body.resize(size);
  return body;
}

// After the first zero block.
absl::Status TarScanner::CheckEnd() {
  if (pending_.pax || pending_.long_name || pending_.long_link ||
      pending_.is_global) {
    return TarError("", "a header with no entry after it");
  }
  uint64_t blocks = 1;
  while (true) {
    PROVISION_ASSIGN_OR_RETURN(bool is_there, ReadBlock());
    if (!is_there) break;
    if (!IsZeroBlock(block_)) {
      return TarError("", blocks == 1 ? "a zero block before the end"
                                      : "bytes after the end");
    }
    if (++blocks > kMaxEndBlocks) {
      return TarError("", "more zeros after the end than a record holds");
    }
  }
  if (blocks >= 2) return absl::OkStatus();
  return TarError("", "the second block that ends it is missing");
}

}  // namespace

absl::StatusOr<ArchiveListing> ScanTar(ByteStream& tar,
                                       const ArchiveRules& rules) {
  return TarScanner(tar, rules).Scan();
}

}  // namespace provision
