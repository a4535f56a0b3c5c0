#ifndef PROVISION_CORE_ENGINE_DIRECTORY_BEHAVIOUR_H_
#define PROVISION_CORE_ENGINE_DIRECTORY_BEHAVIOUR_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/system.h"

namespace provision {

// What a directory can do, found out by doing it.
struct DirectoryBehaviour {
  bool symlinks = false;
  bool locks = false;
  bool executables = false;
};

// Tries each in a scratch folder in `path`, which is gone afterwards. An error
// if there can be no such folder.
absl::StatusOr<DirectoryBehaviour> ProbeBehaviour(System& system,
                                                  absl::string_view path);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_DIRECTORY_BEHAVIOUR_H_
