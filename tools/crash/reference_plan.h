#ifndef PROVISION_TOOLS_CRASH_REFERENCE_PLAN_H_
#define PROVISION_TOOLS_CRASH_REFERENCE_PLAN_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace provision {

// A plan of tools/crash/plans, and which commands are run with it. Its first
// lines may say so:
//
//   # setup: apply PLAN      undisturbed, before; may stand several times
//   # killed: rollback       the command that is disturbed; default: apply PLAN
//   # then: rollback         what converges afterwards; default: the same
//
// PLAN and SAVED are the plan's file and a place for a saved plan. In the text
// @TREE@, @INPUT@, @LEDGER@, @CHILD@ and @TOOL@ stand for the folder that is
// changed, the folder of artifacts, the ledger of effects, the program that the
// commands are, and the digest of the artifact tool.tar.
struct ReferencePlan {
  using Command = std::vector<std::string>;

  std::string name;  // of the file, without .textproto
  std::string text;
  std::vector<Command> setup;
  Command killed;
  Command then;
};

// An error for a line of the above form that is none of the above.
absl::StatusOr<ReferencePlan> ParseReferencePlan(absl::string_view name,
                                                 absl::string_view text);

// `text` with every @NAME@ replaced; kInvalidArgument for one that is not
// known.
absl::StatusOr<std::string> FillIn(
    absl::string_view text, const std::map<std::string, std::string>& values);

}  // namespace provision

#endif  // PROVISION_TOOLS_CRASH_REFERENCE_PLAN_H_
