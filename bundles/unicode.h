#ifndef PROVISION_BUNDLES_UNICODE_H_
#define PROVISION_BUNDLES_UNICODE_H_

// Names as file systems of other kinds see them: two names with one key are one
// file on a volume that normalises, or that ignores case.
//
// The tables are those of one Unicode version (unicode_tables.cc); code points
// assigned later fold to themselves.

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace provision {

// The code points of `text`, or nothing if it is not UTF-8: an overlong form, a
// surrogate, a value above U+10FFFF and a cut sequence are none.
absl::optional<std::u32string> DecodeUtf8(absl::string_view text);

// Equal for two texts exactly if they are canonically equivalent, that is,
// equal after NFC. `text` has to be UTF-8.
std::u32string CanonicalKey(absl::string_view text);

// Equal for two texts exactly if they are a canonical caseless match: equal
// after normalisation and full case folding. `text` has to be UTF-8.
std::u32string CaselessKey(absl::string_view text);

}  // namespace provision

#endif  // PROVISION_BUNDLES_UNICODE_H_
