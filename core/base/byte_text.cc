#include "core/base/byte_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace provision {
namespace {

struct Unit {
  double size;
  const char* name;
};

Unit UnitOf(uint64_t bytes) {
  if (bytes < 1000) return {1, "B"};
  const char* const kUnits[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
  double size = 1000;
  size_t unit = 0;
  // 999.95 would be printed as 1000.0.
  while (static_cast<double>(bytes) / size >= 999.5 &&
         unit + 1 < std::size(kUnits)) {
    size *= 1000;
    ++unit;
  }
  return {size, kUnits[unit]};
}

std::string InUnit(uint64_t bytes, const Unit& unit) {
  const double value = static_cast<double>(bytes) / unit.size;
  return unit.size == 1 || value >= 99.95 ? absl::StrFormat("%.0f", value)
                                          : absl::StrFormat("%.1f", value);
}

}  // namespace

std::string ByteText(uint64_t bytes) {
  const Unit unit = UnitOf(bytes);
  return absl::StrCat(InUnit(bytes, unit), " ", unit.name);
}

std::string BytesOfText(uint64_t done, uint64_t total) {
  const Unit unit = UnitOf(total);
  return absl::StrCat(InUnit(done, unit), " of ", InUnit(total, unit), " ",
                      unit.name);
}

}  // namespace provision
