#ifndef PROVISION_CORE_PLAN_PLAN_FILE_H_
#define PROVISION_CORE_PLAN_PLAN_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/system.h"

namespace provision {

// A plan as it was read, once: what is hashed, parsed and judged is the same
// bytes.
struct PlanFile {
  std::string file;    // as the user named it, for messages
  std::string path;    // absolute
  std::string folder;  // absolute; relative paths of the plan start here
  std::string content;
  std::string sha256;  // of the content, 64 lower-case digits
  // Root, the user or, under sudo, the caller owns it: it is trusted by being
  // named. Another one is trusted only by its content's hash.
  bool ours = false;
};

// Reads the plan `file`, which is relative to the working directory. kNotFound,
// kPermissionDenied, or kInvalidArgument for what is no regular file or longer
// than 4 MiB; each a Diagnostic with the file as its place.
absl::StatusOr<PlanFile> ReadPlanFile(System& system, absl::string_view file);

}  // namespace provision

#endif  // PROVISION_CORE_PLAN_PLAN_FILE_H_
