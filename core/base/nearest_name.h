#ifndef PROVISION_CORE_BASE_NEAREST_NAME_H_
#define PROVISION_CORE_BASE_NEAREST_NAME_H_

// "Did you mean": the name that was probably meant by a mistyped one.

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace provision {

// How many characters must be inserted, removed, replaced or exchanged with
// their neighbour to make `a` into `b`. Counts bytes.
int EditDistance(absl::string_view a, absl::string_view b);

// The one of `names` that is nearest to `word`, or "" if none is near: at most
// one edit for each three characters of `word`, and one for a shorter word of
// two. Case costs nothing. Of two alike, the first in `names`.
std::string NearestName(absl::string_view word,
                        const std::vector<std::string>& names);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_NEAREST_NAME_H_
