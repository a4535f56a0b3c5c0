#ifndef PROVISION_CORE_ENGINE_RECOVERY_H_
#define PROVISION_CORE_ENGINE_RECOVERY_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/engine/engine.h"
#include "core/engine/executor.h"
#include "core/journal/run_history.h"

namespace provision {

// What the recovery is for.
enum class RecoverTo {
  kGoOn,  // what was dropped is proposed again
  kUndo,  // the run is taken back: nothing is proposed again
};

struct Recovered {
  // Steps with an action that nobody can decide but the user.
  std::set<std::string> in_doubt;
  // `apply/foreign-change`: someone else changed what a killed action was
  // about. The run ends here; the next one proposes against what is there.
  absl::Status foreign;
  int closed = 0;  // how many open intents got an end
  // With kUndo: commands that were cut and have no inverse, as "run make".
  std::vector<std::string> left;
};

// Closes every action of `history` that was begun and has no end, newest first,
// from its own record: adopted, dropped, undone, or left in doubt
// (reliability.md 7.1); a command that may be started again is dropped, but
// with kUndo undone if it can be. `executor` writes into the journal of that
// very run. An error means that the journal or the host could not be used; a
// crash at any point is recovered by the next call.
absl::StatusOr<Recovered> Recover(Engine& engine, Executor& executor,
                                  const RunHistory& history,
                                  RecoverTo purpose = RecoverTo::kGoOn);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_RECOVERY_H_
