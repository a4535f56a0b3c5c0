#ifndef PROVISION_CORE_ENGINE_EXIT_CODE_H_
#define PROVISION_CORE_ENGINE_EXIT_CODE_H_

#include <vector>

#include "absl/strings/string_view.h"

namespace provision {

// Everything that the program ever returns; no flag changes it (reliability.md
// 16).
enum class ExitCode {
  kConverged = 0,
  kFailed = 1,
  kPending = 2,
  kStopped = 3,
  kInDoubt = 4,
  kLocked = 5,
  kInterrupted = 6,
  kNeedsPrivilege = 7,
  kNeedsReboot = 8,
  kUsage = 64,
  kRefused = 65,
  kNotDurable = 74,
};

struct ExitCodeEntry {
  ExitCode code;
  absl::string_view brief;    // of a help page: "3 stopped, same command ..."
  absl::string_view verdict;  // first word of the summary: "Stopped"
  absl::string_view meaning;  // the long form of `explain`
};

// All codes in ascending order.
const std::vector<ExitCodeEntry>& ExitCodes();
const ExitCodeEntry& DescribeExitCode(ExitCode code);

// The one to return when both apply: 64 and 5 are decided before anything else,
// then 74, 4, 6, 3, 65, 1, 7, 8, 2, 0.
ExitCode MoreUrgent(ExitCode a, ExitCode b);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_EXIT_CODE_H_
