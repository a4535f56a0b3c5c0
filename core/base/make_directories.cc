#include "core/base/make_directories.h"

#include <string>

#include "core/base/path.h"
#include "core/base/status_macros.h"

namespace provision {

absl::StatusOr<std::unique_ptr<Directory>> MakeDirectories(
    System& system, absl::string_view path, uint32_t mode) {
  absl::StatusOr<std::unique_ptr<Directory>> opened =
      system.OpenDirectory(path);
  if (opened.ok() || !absl::IsNotFound(opened.status()) || path == "/") {
    return opened;
  }
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> parent,
                             MakeDirectories(system, ParentPath(path), mode));
  const std::string name = BaseName(path);
  absl::Status made = parent->MakeDirectory(name, mode);
  // Another process may have made it meanwhile.
  if (!made.ok() && !absl::IsAlreadyExists(made)) return made;
  PROVISION_RETURN_IF_ERROR(parent->Sync());
  return parent->OpenDirectory(name);
}

}  // namespace provision
