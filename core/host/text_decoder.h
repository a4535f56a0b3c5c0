#ifndef PROVISION_CORE_HOST_TEXT_DECODER_H_
#define PROVISION_CORE_HOST_TEXT_DECODER_H_

// The bytes of a requirement file as UTF-8, by the marks in the file itself: a
// byte order mark, else a PEP 263 line (`# -*- coding: latin-1 -*-`), else
// UTF-8. The locale is never asked: the same file means the same everywhere.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace provision {

struct DecodedText {
  std::string text;      // without the byte order mark
  std::string encoding;  // as "utf-8", "utf-16-le"
  // For each byte of `text`, and for its end, the offset of what it came from.
  std::vector<uint32_t> source;
};

// An error carries the offset of the first byte that does not fit its encoding
// (core/host/error_offset.h). At most 16 MiB.
absl::StatusOr<DecodedText> DecodeText(absl::string_view bytes);

}  // namespace provision

#endif  // PROVISION_CORE_HOST_TEXT_DECODER_H_
