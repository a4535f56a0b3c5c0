#ifndef PROVISION_CORE_CLI_DISPLAY_TEXT_H_
#define PROVISION_CORE_CLI_DISPLAY_TEXT_H_

// Text as a terminal shows it: what it may contain and how wide it is.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace provision {

// `text` from outside, on one line and harmless: control characters,
// bidirectional controls, other invisible ones and invalid UTF-8 become `\n`,
// `\x1b`, `\u202e`, ...; with `ascii` everything beyond ASCII does.
std::string EscapeUntrusted(absl::string_view text, bool ascii);

// `text` with U+FFFD in place of each byte that is no UTF-8.
std::string ValidUtf8(absl::string_view text);

// Our own words, which contain signs such as `…` and `→`, for a terminal that
// is not UTF-8.
std::string ToAscii(absl::string_view text);

// Columns that `text` takes: 0 for a combining mark, 2 for a wide character.
// `text` has no control characters.
size_t DisplayWidth(absl::string_view text);

// `text` followed by blanks up to `columns`; longer text is left as it is.
std::string PadRight(absl::string_view text, size_t columns);
std::string PadLeft(absl::string_view text, size_t columns);

// `text` cut to at most `columns`, with `…` (ASCII `...`) where it was cut.
std::string CutToWidth(absl::string_view text, size_t columns, bool ascii);

// A path with components in its middle replaced by `…`, so that it fits:
// "~/.local/…/python/3.11.7". Whole if even that is too long or not a path.
std::string ShortenPath(absl::string_view path, size_t columns, bool ascii);

// Words of `text` in lines of at most `columns`; a longer word stays whole.
std::vector<std::string> WrapWords(absl::string_view text, size_t columns);

// "0.04 s", "6.1 s", "2 min 05 s", "1 h 02 min".
std::string DurationText(absl::Duration duration);

// "3,412".
std::string CountText(uint64_t count);

// "1 step", "2 steps", "3,412 steps".
std::string CountText(uint64_t count, absl::string_view noun);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_DISPLAY_TEXT_H_
