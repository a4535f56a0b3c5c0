#ifndef PROVISION_CORE_HOST_EXECUTABLE_H_
#define PROVISION_CORE_HOST_EXECUTABLE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/api/facts.h"

namespace provision {

// The file that the first word of a command names. A word with a slash is a
// path of the plan (Facts::AbsolutePath); any other is looked for in the
// absolute folders of `search_path` ("/usr/bin:/bin"), in their order. nullopt
// if there is no such file, or nobody may execute it.
absl::optional<std::string> FindExecutable(Facts& facts, absl::string_view word,
                                           absl::string_view search_path);

}  // namespace provision

#endif  // PROVISION_CORE_HOST_EXECUTABLE_H_
