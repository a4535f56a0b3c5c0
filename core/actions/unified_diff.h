#ifndef PROVISION_CORE_ACTIONS_UNIFIED_DIFF_H_
#define PROVISION_CORE_ACTIONS_UNIFIED_DIFF_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace provision {

// The lines of a unified diff from `before` to `after` with three lines of
// context, from the first "@@" on; empty if they are equal. A text without a
// final newline has "\ No newline at end of file" after its last line. Shortest
// by Myers' algorithm (1986); texts that differ in more than 2,000 lines are
// shown as wholly replaced.
std::vector<std::string> UnifiedDiff(absl::string_view before,
                                     absl::string_view after);

// Is it text that a person can read: UTF-8 or close to it, no NUL, no control
// characters but tab, newline and carriage return?
bool IsText(absl::string_view content);

}  // namespace provision

#endif  // PROVISION_CORE_ACTIONS_UNIFIED_DIFF_H_
