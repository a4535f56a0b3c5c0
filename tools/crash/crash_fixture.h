#ifndef PROVISION_TOOLS_CRASH_CRASH_FIXTURE_H_
#define PROVISION_TOOLS_CRASH_CRASH_FIXTURE_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "tools/crash/reference_plan.h"
#include "tools/crash/workspace.h"

namespace provision {

// For tests: the programs and plans of this folder, out of the runfiles.

TestPrograms RunfilePrograms();
// A plan by its name; a failure of the test if there is none.
ReferencePlan RunfilePlan(absl::string_view name);
// Names of all plans, sorted.
std::vector<std::string> RunfilePlanNames();
// In the test's temporary folder.
Workspace NewWorkspace();
// Starts `apply` of the workspace's plan without a tracer, so that it runs at
// full speed and beside others. `variables` are added to its environment.
pid_t StartApply(const Workspace& workspace,
                 const std::vector<std::string>& variables = {});
// Waits for it; -1 if a signal ended it.
int ExitCodeOf(pid_t child);

}  // namespace provision

#endif  // PROVISION_TOOLS_CRASH_CRASH_FIXTURE_H_
