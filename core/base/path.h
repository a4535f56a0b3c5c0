#ifndef PROVISION_CORE_BASE_PATH_H_
#define PROVISION_CORE_BASE_PATH_H_

// POSIX paths as text; nothing here asks the host. Paths are compared by
// component, never by string prefix (reliability.md 12.1 rule 3).

#include <string>

#include "absl/strings/string_view.h"

namespace provision {

// `path` without `.`, empty and (as far as text can tell) `..` components. An
// absolute path stays absolute: NormalPath("/a/./b//../c") is "/a/c".
std::string NormalPath(absl::string_view path);

// `path` if it is absolute, else `base`/`path`; normal.
std::string JoinPath(absl::string_view base, absl::string_view path);

// "/a/b" of "/a/b/c"; "/" of "/a".
std::string ParentPath(absl::string_view path);

// "c" of "/a/b/c".
std::string BaseName(absl::string_view path);

// Is `path` the same as `base`, or below it? Both are normal and absolute.
bool IsBelowOrSame(absl::string_view path, absl::string_view base);

// `path` relative to `base` if it is below it ("." for the same), else `path`.
std::string RelativeTo(absl::string_view path, absl::string_view base);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_PATH_H_
