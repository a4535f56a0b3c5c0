#ifndef PROVISION_TOOLS_CRASH_CRASH_FIXTURE_H_
#define PROVISION_TOOLS_CRASH_CRASH_FIXTURE_H_

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

}  // namespace provision

#endif  // PROVISION_TOOLS_CRASH_CRASH_FIXTURE_H_
