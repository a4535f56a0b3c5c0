#include "bundles/zip_end.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "bundles/archive_error.h"
#include "bundles/little_endian.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr absl::string_view kEnd = "PK\5\6";
constexpr absl::string_view kEnd64 = "PK\6\6";
constexpr absl::string_view kLocator = "PK\6\7";
constexpr uint64_t kEndSize = 22;
constexpr uint64_t kEnd64Size = 56;
constexpr uint64_t kLocatorSize = 20;
constexpr uint64_t kMaxComment = 65535;

absl::Status ZipError(absl::string_view reason) {
  return ArchiveError(kArchiveZip, "", reason);
}

// The end record with the shortest comment that reaches to the end of `tail`.
absl::optional<absl::string_view> FindEnd(absl::string_view tail) {
  if (tail.size() < kEndSize) return absl::nullopt;
  const uint64_t longest = std::min(tail.size() - kEndSize, kMaxComment);
  for (uint64_t comment = 0; comment <= longest; ++comment) {
    const absl::string_view record =
        tail.substr(tail.size() - kEndSize - comment);
    if (absl::StartsWith(record, kEnd) &&
        LittleEndian(record, 20, 2) == comment) {
      return record;
    }
  }
  return absl::nullopt;
}

absl::Status CheckComment(absl::string_view comment) {
  if (!std::all_of(comment.begin(), comment.end(), absl::ascii_isprint)) {
    return ZipError("comment that is not printable");
  }
  // No signature can occur in printable text.
  return absl::OkStatus();
}

// A field of the end record and of the 64-bit one, which takes over where the
// short one is saturated.
struct Field {
  uint64_t short_value;
  uint64_t saturated;
  uint64_t long_value;
};

absl::Status Reconcile(const Field (&fields)[4], ArchiveProfile profile,
                       std::set<std::string>* allowances) {
  bool is_needed = false;
  for (const Field& f : fields) {
    if (f.short_value != f.saturated && f.short_value != f.long_value) {
      return ZipError("64-bit end record that contradicts the short one");
    }
    is_needed |= f.long_value >= f.saturated;
  }
  if (is_needed) return absl::OkStatus();
  if (profile == ArchiveProfile::kStrict) {
    return ZipError("64-bit end record that nothing needs");
  }
  allowances->insert(kNeedless64);
  return absl::OkStatus();
}

class Reader {
 public:
  Reader(const ByteSource& zip, ArchiveProfile profile,
         std::set<std::string>* allowances)
      : zip_(zip), profile_(profile), allowances_(allowances) {}

  absl::StatusOr<ZipEnd> Read() {
    PROVISION_ASSIGN_OR_RETURN(
        std::string tail,
        Bytes(zip_.size() - std::min(zip_.size(), kEndSize + kMaxComment),
              std::min(zip_.size(), kEndSize + kMaxComment)));
    absl::optional<absl::string_view> record = FindEnd(tail);
    if (!record.has_value()) return ZipError("no end record at its end");
    PROVISION_RETURN_IF_ERROR(CheckComment(record->substr(kEndSize)));
    PROVISION_RETURN_IF_ERROR(TakeEnd(*record));
    uint64_t position = zip_.size() - record->size();
    PROVISION_ASSIGN_OR_RETURN(bool has_64, HasLocator(position));
    if (has_64) {
      position -= kLocatorSize + kEnd64Size;
      PROVISION_RETURN_IF_ERROR(TakeEnd64(position));
    } else if (IsSaturated()) {
      return ZipError("end record wants a 64-bit one, which is missing");
    }
    if (end_.directory_size > position ||
        end_.directory_offset != position - end_.directory_size) {
      return ZipError("central directory is not where the end record says");
    }
    return end_;
  }

 private:
  absl::StatusOr<std::string> Bytes(uint64_t offset, uint64_t size) const {
    std::string bytes(size, '\0');
    PROVISION_RETURN_IF_ERROR(zip_.ReadAt(offset, absl::MakeSpan(bytes)));
    return bytes;
  }

  bool IsSaturated() const {
    return end_.members == 0xffff || end_.directory_size == 0xffffffff ||
           end_.directory_offset == 0xffffffff;
  }

  absl::Status TakeEnd(absl::string_view record) {
    if (LittleEndian(record, 4, 4) != 0) {
      return ZipError("one disk of several");
    }
    end_.members = LittleEndian(record, 10, 2);
    if (LittleEndian(record, 8, 2) != end_.members) {
      return ZipError("two counts of members");
    }
    end_.directory_size = LittleEndian(record, 12, 4);
    end_.directory_offset = LittleEndian(record, 16, 4);
    return absl::OkStatus();
  }

  absl::StatusOr<bool> HasLocator(uint64_t position) const {
    if (position < kLocatorSize) return false;
    PROVISION_ASSIGN_OR_RETURN(std::string locator,
                               Bytes(position - kLocatorSize, kLocatorSize));
    if (!absl::StartsWith(locator, kLocator)) return false;
    if (LittleEndian(locator, 4, 4) != 0 || LittleEndian(locator, 16, 4) != 1) {
      return ZipError("one disk of several");
    }
    if (position < kLocatorSize + kEnd64Size ||
        LittleEndian(locator, 8, 8) != position - kLocatorSize - kEnd64Size) {
      return ZipError("64-bit end record is not before its locator");
    }
    return true;
  }

  absl::Status TakeEnd64(uint64_t position) {
    PROVISION_ASSIGN_OR_RETURN(std::string record, Bytes(position, kEnd64Size));
    if (!absl::StartsWith(record, kEnd64) ||
        LittleEndian(record, 4, 8) != kEnd64Size - 12) {
      return ZipError("64-bit end record of another form");
    }
    if (LittleEndian(record, 16, 8) != 0) {
      return ZipError("one disk of several");
    }
    const uint64_t here = LittleEndian(record, 24, 8);
    const uint64_t members = LittleEndian(record, 32, 8);
    const uint64_t size = LittleEndian(record, 40, 8);
    const uint64_t offset = LittleEndian(record, 48, 8);
    PROVISION_RETURN_IF_ERROR(
        Reconcile({{end_.members, 0xffff, here},
                   {end_.members, 0xffff, members},
                   {end_.directory_size, 0xffffffff, size},
                   {end_.directory_offset, 0xffffffff, offset}},
                  profile_, allowances_));
    if (here != members) return ZipError("two counts of members");
    end_ = {members, offset, size};
    return absl::OkStatus();
  }

  const ByteSource& zip_;
  const ArchiveProfile profile_;
  std::set<std::string>* allowances_;
  ZipEnd end_;
};

}  // namespace

absl::StatusOr<ZipEnd> ReadZipEnd(const ByteSource& zip, ArchiveProfile profile,
                                  std::set<std::string>* allowances) {
  return Reader(zip, profile, allowances).Read();
}

}  // namespace provision
