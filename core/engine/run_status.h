#ifndef PROVISION_CORE_ENGINE_RUN_STATUS_H_
#define PROVISION_CORE_ENGINE_RUN_STATUS_H_

// Where runs stand, and what continues them. Reads the state directory without
// a lock and changes nothing.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/engine/engine.h"
#include "core/engine/exit_code.h"

namespace provision {

struct RunState {
  std::string id;
  std::string plan;    // its name
  std::string folder;  // of its plan file
  // Of the state the run is in; kLocked while it is active.
  ExitCode exit = ExitCode::kConverged;
  std::string state;  // "converged", "killed", "interrupted", "in doubt", ...
  std::string where;  // "in step packages, 3 of 7 actions committed"
  // What goes on with it, or undoes it.
  std::vector<std::string> next;
};

// The run whose id begins with `run`; for "" every unfinished run, or the
// newest one if there is none, or nothing if there was never a run. With `all`
// every run that is kept. Newest last.
absl::StatusOr<std::vector<RunState>> ReadRunStatus(Engine& engine,
                                                    absl::string_view run,
                                                    bool all);

// The code of `status`: the most urgent of the runs', 5 first.
ExitCode ExitOfRuns(const std::vector<RunState>& runs);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_RUN_STATUS_H_
