#ifndef PROVISION_BUNDLES_TAR_HEADER_H_
#define PROVISION_BUNDLES_TAR_HEADER_H_

// One 512-byte header block of a tar: magic, check sum and numbers (rule 8).

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace provision {

inline constexpr size_t kTarBlock = 512;

struct TarHeader {
  char type = 0;
  std::string name;  // with the prefix before it
  std::string link_name;
  uint32_t mode = 0;  // permission bits only
  uint64_t size = 0;
  // The size field can say no more: the real one may be in a pax header.
  bool size_is_saturated = false;
  // GNU magic and something in the area where ustar has its prefix.
  bool has_gnu_fields = false;
};

// Whether a block begins a tar: it has the magic of ustar or GNU.
bool HasTarMagic(absl::string_view block);

bool IsZeroBlock(absl::string_view block);

// Parses a block that is not zero. Refused are another magic, a check sum that
// is not exact, numbers that are not terminated octal (base 256 is allowed
// where the number is ignored: times and owners) and a name with bytes after
// its NUL. Whether the type may occur is for the caller.
absl::StatusOr<TarHeader> ParseTarHeader(absl::string_view block);

}  // namespace provision

#endif  // PROVISION_BUNDLES_TAR_HEADER_H_
