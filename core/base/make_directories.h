#ifndef PROVISION_CORE_BASE_MAKE_DIRECTORIES_H_
#define PROVISION_CORE_BASE_MAKE_DIRECTORIES_H_

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/directory.h"
#include "core/base/system.h"

namespace provision {

// Opens the directory `path`, making it and its missing parents with `mode`,
// each durable in the one above it. What is there already is not changed.
// `path` is absolute and normal.
absl::StatusOr<std::unique_ptr<Directory>> MakeDirectories(
    System& system, absl::string_view path, uint32_t mode);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_MAKE_DIRECTORIES_H_
