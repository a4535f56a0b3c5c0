#include "bundles/tar_header.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "bundles/archive_error.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

struct Field {
  size_t offset;
  size_t size;
};

constexpr Field kName = {0, 100};
constexpr Field kMode = {100, 8};
constexpr Field kUid = {108, 8};
constexpr Field kGid = {116, 8};
constexpr Field kSize = {124, 12};
constexpr Field kTime = {136, 12};
constexpr Field kCheckSum = {148, 8};
constexpr size_t kType = 156;
constexpr Field kLinkName = {157, 100};
constexpr Field kMagic = {257, 8};
constexpr Field kDeviceMajor = {329, 8};
constexpr Field kDeviceMinor = {337, 8};
constexpr Field kPrefix = {345, 155};

constexpr absl::string_view kUstarMagic(
    "ustar\0"
    "00",
    8);
constexpr absl::string_view kGnuMagic("ustar  \0", 8);
constexpr uint64_t kSaturated = 077777777777;

absl::string_view Get(absl::string_view block, Field field) {
  return block.substr(field.offset, field.size);
}

// Digits, then NUL or space to the end of the field.
absl::optional<uint64_t> Octal(absl::string_view field) {
  uint64_t value = 0;
  size_t i = 0;
  for (; i < field.size() && field[i] >= '0' && field[i] <= '7'; ++i) {
    value = value * 8 + (field[i] - '0');
  }
  if (i == 0 || i == field.size()) return absl::nullopt;
  for (; i < field.size(); ++i) {
    if (field[i] != '\0' && field[i] != ' ') return absl::nullopt;
  }
  return value;
}

// A number that nothing depends on: empty or base 256 is as good.
bool IsIgnorableNumber(absl::string_view field) {
  return field[0] == '\x80' || field[0] == '\xff' ||
         field.find_first_not_of(absl::string_view("\0 ", 2)) ==
             absl::string_view::npos ||
         Octal(field).has_value();
}

absl::Status CheckSum(absl::string_view block) {
  uint64_t sum = 0;
  for (size_t i = 0; i < kTarBlock; ++i) {
    const bool is_own =
        i >= kCheckSum.offset && i < kCheckSum.offset + kCheckSum.size;
    sum += is_own ? ' ' : static_cast<unsigned char>(block[i]);
  }
  if (Octal(Get(block, kCheckSum)) == sum) return absl::OkStatus();
  return ArchiveError(kArchiveTar, "", "header with a wrong check sum");
}

absl::StatusOr<std::string> Text(absl::string_view field) {
  const absl::string_view text = field.substr(0, field.find('\0'));
  if (field.find_first_not_of('\0', text.size()) != absl::string_view::npos) {
    return ArchiveError(kArchiveName, text, "bytes after the NUL of a name");
  }
  return std::string(text);
}

absl::Status ParseNames(absl::string_view block, TarHeader& header) {
  PROVISION_ASSIGN_OR_RETURN(header.name, Text(Get(block, kName)));
  PROVISION_ASSIGN_OR_RETURN(header.link_name, Text(Get(block, kLinkName)));
  const absl::string_view prefix_field = Get(block, kPrefix);
  if (Get(block, kMagic) == kGnuMagic) {
    header.has_gnu_fields =
        prefix_field.find_first_not_of('\0') != absl::string_view::npos;
    return absl::OkStatus();
  }
  PROVISION_ASSIGN_OR_RETURN(std::string prefix, Text(prefix_field));
  if (prefix.empty()) return absl::OkStatus();
  if (header.name.empty()) {
    return ArchiveError(kArchiveName, prefix, "prefix of an empty name");
  }
  header.name = absl::StrCat(prefix, "/", header.name);
  return absl::OkStatus();
}

absl::Status ParseNumbers(absl::string_view block, TarHeader& header) {
  absl::optional<uint64_t> size = Octal(Get(block, kSize));
  if (!size.has_value()) {
    return ArchiveError(kArchiveTar, header.name, "size is not octal");
  }
  absl::optional<uint64_t> mode = Octal(Get(block, kMode));
  if (!mode.has_value()) {
    return ArchiveError(kArchiveTar, header.name, "mode is not octal");
  }
  for (Field field : {kUid, kGid, kTime, kDeviceMajor, kDeviceMinor}) {
    if (!IsIgnorableNumber(Get(block, field))) {
      return ArchiveError(kArchiveTar, header.name,
                          "owner, time or device is not a number");
    }
  }
  header.size = *size;
  header.size_is_saturated = *size == kSaturated;
  header.mode = *mode & 07777;  // some writers add the bits of the type
  return absl::OkStatus();
}

}  // namespace

bool HasTarMagic(absl::string_view block) {
  if (block.size() < kTarBlock) return false;
  const absl::string_view magic = Get(block, kMagic);
  return magic == kUstarMagic || magic == kGnuMagic;
}

bool IsZeroBlock(absl::string_view block) {
  return std::all_of(block.begin(), block.end(),
                     [](char c) { return c == '\0'; });
}

absl::StatusOr<TarHeader> ParseTarHeader(absl::string_view block) {
  if (!HasTarMagic(block)) {
    return ArchiveError(kArchiveTar, "", "header without the magic of ustar");
  }
  PROVISION_RETURN_IF_ERROR(CheckSum(block));
  TarHeader header;
  header.type = block[kType];
  PROVISION_RETURN_IF_ERROR(ParseNames(block, header));
  PROVISION_RETURN_IF_ERROR(ParseNumbers(block, header));
  return header;
}

}  // namespace provision
