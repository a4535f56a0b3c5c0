#ifndef PROVISION_CORE_ENGINE_FILE_CHECK_H_
#define PROVISION_CORE_ENGINE_FILE_CHECK_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/api/proposal.pb.h"
#include "core/base/system.h"

namespace provision {

struct FileComparison {
  bool holds = false;
  // For people; of `expected` only what was asked.
  std::string expected;
  std::string found;
};

// Compares what is at the path of `file`, below `root` if it is relative, with
// what `file` asks for; with nothing asked, something has to be there. A last
// link is followed unless it is what is asked about. kInvalidArgument for a
// mode that is not octal; else an error says that the host cannot be read.
absl::StatusOr<FileComparison> CompareFile(const Check::File& file,
                                           absl::string_view root,
                                           System& system);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_FILE_CHECK_H_
