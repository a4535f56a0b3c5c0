#ifndef PROVISION_CORE_BASE_BENEATH_H_
#define PROVISION_CORE_BASE_BENEATH_H_

// Opening names beneath a directory without following any link, so that nobody
// can redirect a change by exchanging a component (reliability.md 11).

#include <sys/types.h>

#include "absl/strings/string_view.h"
#include "core/base/descriptor.h"

namespace provision {

enum class BeneathMeans {
  kOpenat2,     // one call: RESOLVE_BENEATH, NO_SYMLINKS, NO_MAGICLINKS
  kComponents,  // a kernel before 5.6: each component with O_NOFOLLOW
};

// What this kernel can; asked once.
BeneathMeans BestBeneathMeans();

// Is `name` relative, not empty, and without `.`, `..`, empty components and
// NUL?
bool IsNameBeneath(absl::string_view name);

// Opens `name` (IsNameBeneath, or ".") beneath `directory` with O_CLOEXEC and
// O_NOFOLLOW added to `flags`. On an error the result is not valid and errno
// says why; ELOOP means that a component is a symbolic link. With O_PATH the
// last component may be one.
Descriptor OpenBeneath(BeneathMeans means, int directory,
                       absl::string_view name, int flags, mode_t mode = 0);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_BENEATH_H_
