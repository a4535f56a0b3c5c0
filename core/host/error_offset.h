#ifndef PROVISION_CORE_HOST_ERROR_OFFSET_H_
#define PROVISION_CORE_HOST_ERROR_OFFSET_H_

// Where in the text that was parsed an error is. The offset rides on the
// Status, so that a parser of a part (a marker, a specifier) need not know the
// file that the part stands in:
//
//   return ErrorAt(7, "expected a version");
//   ...
//   if (!marker.ok()) return ShiftError(marker.status(), marker_begin);

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace provision {

// An kInvalidArgument error at `offset` bytes from the start of the text.
absl::Status ErrorAt(size_t offset, absl::string_view message);

// The offset that ErrorAt gave, or nothing for any other status.
absl::optional<size_t> ErrorOffset(const absl::Status& status);

// The same error, in a text that begins `by` bytes earlier. A status without an
// offset is given `by` itself; an OK status stays as it is.
absl::Status ShiftError(const absl::Status& status, size_t by);

}  // namespace provision

#endif  // PROVISION_CORE_HOST_ERROR_OFFSET_H_
