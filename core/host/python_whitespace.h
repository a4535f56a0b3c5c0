#ifndef PROVISION_CORE_HOST_PYTHON_WHITESPACE_H_
#define PROVISION_CORE_HOST_PYTHON_WHITESPACE_H_

// What Python's `str` takes for white space and for the end of a line, in UTF-8
// text; both are more than ASCII knows, and files are split by them.

#include <cstddef>

#include "absl/strings/string_view.h"

namespace provision {

// The length in bytes of the white space character at `i`, or 0.
size_t PythonSpaceAt(absl::string_view text, size_t i);

// The length in bytes of the line break at `i` (CR LF is one), or 0.
size_t PythonLineBreakAt(absl::string_view text, size_t i);

// `text` without white space at both ends.
absl::string_view StripPythonWhitespace(absl::string_view text);

}  // namespace provision

#endif  // PROVISION_CORE_HOST_PYTHON_WHITESPACE_H_
