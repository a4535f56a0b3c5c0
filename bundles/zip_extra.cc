#include "bundles/zip_extra.h"

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "bundles/archive_error.h"
#include "bundles/little_endian.h"
#include "bundles/zip_end.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr uint64_t kZip64 = 0x0001;
constexpr uint64_t kStrongEncryption = 0x0017;
constexpr uint64_t kUnicodePath = 0x7075;
constexpr uint64_t kAes = 0x9901;
constexpr uint64_t kSaturated = 0xffffffff;

absl::Status ZipError(absl::string_view name, absl::string_view reason) {
  return ArchiveError(kArchiveZip, name, reason);
}

// Takes the 64-bit values of the saturated fields or, upstream, of all.
absl::Status Take64(absl::string_view data, absl::string_view name,
                    ArchiveProfile profile, absl::Span<uint64_t> values,
                    std::set<std::string>* allowances) {
  size_t saturated = 0;
  for (uint64_t value : values) saturated += value == kSaturated ? 1 : 0;
  const bool has_all = data.size() != 8 * saturated;
  if (data.empty() || data.size() % 8 != 0 ||
      (has_all && data.size() > 8 * values.size())) {
    return ZipError(name, "64-bit values of another number");
  }
  bool is_needed = !has_all;
  size_t offset = 0;
  for (uint64_t& value : values) {
    if (offset == data.size()) break;
    if (!has_all && value != kSaturated) continue;
    const uint64_t wide = LittleEndian(data, offset, 8);
    offset += 8;
    if (value != kSaturated && value != wide) {
      return ZipError(name, "64-bit value that contradicts the short one");
    }
    is_needed &= wide >= kSaturated;
    value = wide;
  }
  for (uint64_t value :
       values.subspan(offset == 8 * saturated ? values.size() : offset / 8)) {
    if (value == kSaturated) return ZipError(name, "64-bit value is missing");
  }
  if (is_needed) return absl::OkStatus();
  if (profile == ArchiveProfile::kStrict) {
    return ZipError(name, "64-bit value that nothing needs");
  }
  allowances->insert(kNeedless64);
  return absl::OkStatus();
}

// Version, check sum of the header's name, the name once more.
absl::Status CheckUnicodePath(absl::string_view data, absl::string_view name) {
  if (data.size() < 5 || data[0] != 1 || data.substr(5) != name) {
    return ZipError(name, "second name that is not the first");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ParseZipExtra(absl::string_view extra, absl::string_view name,
                           ArchiveProfile profile, absl::Span<uint64_t> values,
                           bool* has_64, std::set<std::string>* allowances) {
  std::set<uint64_t> seen;
  *has_64 = false;
  while (!extra.empty()) {
    if (extra.size() < 4 || LittleEndian(extra, 2, 2) > extra.size() - 4) {
      return ZipError(name, "malformed extra field");
    }
    const uint64_t id = LittleEndian(extra, 0, 2);
    const absl::string_view data = extra.substr(4, LittleEndian(extra, 2, 2));
    extra.remove_prefix(4 + data.size());
    if (!seen.insert(id).second) return ZipError(name, "extra field twice");
    if (id == kZip64) {
      *has_64 = true;
      PROVISION_RETURN_IF_ERROR(
          Take64(data, name, profile, values, allowances));
    } else if (id == kUnicodePath) {
      PROVISION_RETURN_IF_ERROR(CheckUnicodePath(data, name));
    } else if (id == kAes || id == kStrongEncryption) {
      return ZipError(name, "encrypted");
    }
  }
  if (*has_64) return absl::OkStatus();
  for (uint64_t value : values) {
    if (value == kSaturated) return ZipError(name, "64-bit value is missing");
  }
  return absl::OkStatus();
}

}  // namespace provision
