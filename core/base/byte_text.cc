#include "core/base/byte_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace provision {

std::string ByteText(uint64_t bytes) {
  if (bytes < 1000) return absl::StrCat(bytes, " B");
  const char* const kUnits[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
  double value = static_cast<double>(bytes) / 1000;
  size_t unit = 0;
  // 999.95 would be printed as 1000.0.
  while (value >= 999.5 && unit + 1 < std::size(kUnits)) {
    value /= 1000;
    ++unit;
  }
  return value < 99.95 ? absl::StrFormat("%.1f %s", value, kUnits[unit])
                       : absl::StrFormat("%.0f %s", value, kUnits[unit]);
}

}  // namespace provision
