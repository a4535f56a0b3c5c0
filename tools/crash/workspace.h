#ifndef PROVISION_TOOLS_CRASH_WORKSPACE_H_
#define PROVISION_TOOLS_CRASH_WORKSPACE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tools/crash/reference_plan.h"
#include "tools/crash/tracer.h"
#include "tools/crash/tree_snapshot.h"

namespace provision {

struct TestPrograms {
  std::string provision;  // provision_under_test
  std::string child;      // crash_child
};

struct WorkspaceRun {
  Fault fault = {};
  bool trust_journal = false;
  bool keep_trace = false;
  std::vector<std::string> variables = {};  // more of the environment
};

// One folder in which a reference plan is performed again and again, each time
// as if for the first time. Owns the folder; not for two at once.
class Workspace {
 public:
  Workspace(absl::string_view folder, TestPrograms programs);

  // Empties the folder, makes what plans expect to find, and writes the plan.
  absl::Status Prepare(const ReferencePlan& plan);

  // Runs provision with the words of a plan's command.
  absl::StatusOr<TraceResult> Run(const ReferencePlan::Command& command,
                                  const WorkspaceRun& options = {});

  // What the plan is about; without the plan itself.
  TreeSnapshot Tree() const;
  // How often each effect was begun.
  std::map<std::string, int> Ledger() const;
  // What all runs since Prepare() printed.
  std::string Output() const;

  std::string folder() const { return folder_; }
  std::string tree() const { return Path("tree"); }
  std::string state() const { return Path("state"); }
  std::string store() const { return Path("store"); }
  std::string ledger() const { return Path("ledger"); }

 private:
  std::string Path(absl::string_view name) const;

  const std::string folder_;
  const TestPrograms programs_;
};

}  // namespace provision

#endif  // PROVISION_TOOLS_CRASH_WORKSPACE_H_
