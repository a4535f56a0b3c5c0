#ifndef PROVISION_CORE_ACTIONS_DISPLAY_PATH_H_
#define PROVISION_CORE_ACTIONS_DISPLAY_PATH_H_

#include <string>

#include "absl/strings/string_view.h"
#include "core/api/facts.h"

namespace provision {

// A path as the preview shows it: relative to `root` if it is below it, else
// with `~` for the user's home, else as it is.
std::string DisplayPath(absl::string_view path, absl::string_view root,
                        FactReader& facts);

}  // namespace provision

#endif  // PROVISION_CORE_ACTIONS_DISPLAY_PATH_H_
