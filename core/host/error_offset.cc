#include "core/host/error_offset.h"

#include <cstdint>
#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace provision {
namespace {

constexpr char kOffsetPayload[] = "provision/offset";

}  // namespace

absl::Status ErrorAt(size_t offset, absl::string_view message) {
  absl::Status status = absl::InvalidArgumentError(message);
  status.SetPayload(kOffsetPayload, absl::Cord(absl::StrCat(offset)));
  return status;
}

absl::optional<size_t> ErrorOffset(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kOffsetPayload);
  uint64_t offset = 0;
  if (!payload.has_value() ||
      !absl::SimpleAtoi(std::string(*payload), &offset)) {
    return absl::nullopt;
  }
  return offset;
}

absl::Status ShiftError(const absl::Status& status, size_t by) {
  if (status.ok()) return status;
  absl::Status shifted = status;
  shifted.SetPayload(
      kOffsetPayload,
      absl::Cord(absl::StrCat(ErrorOffset(status).value_or(0) + by)));
  return shifted;
}

}  // namespace provision
