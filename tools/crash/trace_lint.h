#ifndef PROVISION_TOOLS_CRASH_TRACE_LINT_H_
#define PROVISION_TOOLS_CRASH_TRACE_LINT_H_

// Reads the trace of an undisturbed run and says where it relies on something
// that a power cut may take (spec/reliability.md 14.2, T2). Finds what no kill
// finds: a directory that was not synced after a rename.

#include <string>
#include <vector>

#include "tools/crash/traced_call.h"

namespace provision {

// The folders that promises are made about.
struct LintScope {
  std::string state;
  std::string store;
  std::string tree;  // what the plan changes
};

// A line for each call that breaks one of these:
//
//   * A file's data is synced before it is renamed.
//   * Before an INTENT is written everything in the state is durable, names
//     included; before a COMMIT, everything in all three folders.
//   * Nothing in the tree changes but between a durable INTENT or UNDO_INTENT
//     and its end.
//   * Nothing is written to a file whose sync failed.
//   * Files of the state are opened with O_CLOEXEC, and so that no link is
//     followed.
//   * The program itself reaches names in the tree and the state only from a
//     directory that it holds open. Commands that it starts may do as they
//     like.
//
// Locks, partial downloads and the empty folders of commands need not last.
std::vector<std::string> LintTrace(const std::vector<TracedCall>& trace,
                                   const LintScope& scope);

}  // namespace provision

#endif  // PROVISION_TOOLS_CRASH_TRACE_LINT_H_
