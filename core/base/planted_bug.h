#ifndef PROVISION_CORE_BASE_PLANTED_BUG_H_
#define PROVISION_CORE_BASE_PLANTED_BUG_H_

// Mistakes that are in the program on purpose, to see whether a test finds them
// (spec/reliability.md 14.4):
//
//   if (!IsPlanted("intent_not_synced")) Sync();
//
// One is there at most, in a build with `--define bug=NAME` and a target that
// lists NAME under planted() in its BUILD file; in every other build the
// condition is a constant and the code behind it is left out. It must be one at
// compile time: a function would be the same for all files of a program, and
// the linker would take that of a file without the bug.
// tools/crash/planted builds each and says what found it.

#include "absl/strings/string_view.h"

namespace provision {

#define PROVISION_BUG_TEXT_OF(name) #name
#define PROVISION_BUG_TEXT(name) PROVISION_BUG_TEXT_OF(name)

consteval bool IsPlanted(absl::string_view bug) {
#ifdef PROVISION_PLANTED_BUG
  return bug == absl::string_view(PROVISION_BUG_TEXT(PROVISION_PLANTED_BUG));
#else
  return static_cast<void>(bug), false;
#endif
}

#undef PROVISION_BUG_TEXT
#undef PROVISION_BUG_TEXT_OF

}  // namespace provision

#endif  // PROVISION_CORE_BASE_PLANTED_BUG_H_
