#ifndef PROVISION_CORE_ENGINE_PLAN_RUN_H_
#define PROVISION_CORE_ENGINE_PLAN_RUN_H_

#include <memory>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/engine/engine.h"
#include "core/engine/executor.h"
#include "core/engine/exit_code.h"
#include "core/engine/recovery.h"
#include "core/engine/session.h"
#include "core/journal/plan_history.h"
#include "core/journal/run_directory.h"
#include "core/plan/checked_plan.h"

namespace provision {

// What earlier runs of a plan left on record, and the run that this invocation
// writes into: the unfinished one of the same plan, else a new one, of which
// nothing is on disk before its first INTENT.
//
//   open → RecoverKilled → (actions through `executor`) → End
//
// One thread; what it hands out is used by many. Keeps its arguments by
// reference.
class PlanRun {
 public:
  // Refuses what CheckHistory() refuses. `plan_digest` tells whether an
  // unfinished run is one of this very plan, and `commits` what the COMMITs of
  // earlier runs are worth unless one of this very plan has ended well: then
  // all of them are believed.
  static absl::StatusOr<std::unique_ptr<PlanRun>> Open(
      Engine& engine, Session& session, const CheckedPlan& plan,
      absl::string_view plan_digest, CommitTrust commits);

  const PlanIdentity& identity() const { return identity_; }
  const PlanHistory& history() const { return *history_; }
  RunDirectory& directory() { return *directory_; }
  Executor& executor() { return *executor_; }

  // Steps of which a run of this very plan has committed something; all of them
  // if one has ended well.
  std::set<std::string> BegunSteps() const;

  // The run before this invocation, if it has not ended; else nullptr.
  const RunHistory* unfinished() const;

  // Are all runs that have not ended runs of this very plan?
  bool LeftOnlyByThisPlan() const;

  // Gives every action that a killed run left open an end, in the journal of
  // that run. Returns the steps that are in doubt. kAborted
  // `apply/foreign-change` where somebody else changed what such an action was
  // about.
  absl::StatusOr<std::set<std::string>> RecoverKilled();

  // Has the run committed anything for `step`, in this invocation or before,
  // that stands?
  bool HasActedFor(absl::string_view step) const;

  // Is there anything on record that the same command goes on from?
  bool MadeProgress() const;

  // The last record: the run has ended with `exit`, and is not continued. Also
  // ends an earlier run that this one found nothing left to do for.
  absl::Status End(ExitCode exit);
  // The last record of this invocation: a signal stopped it.
  absl::Status Interrupt();

 private:
  PlanRun(Engine& engine, Session& session, const CheckedPlan& plan,
          absl::string_view plan_digest);
  absl::Status ReadHistory();
  absl::Status Choose();
  // Has a run of this plan ended well, and was not taken back?
  absl::StatusOr<bool> EndedWell();
  absl::StatusOr<Recovered> RecoverRun(const RunHistory& run);

  Engine& engine_;
  Session& session_;
  const CheckedPlan& plan_;
  const std::string plan_digest_;
  PlanIdentity identity_;
  bool ended_well_ = false;
  // Destroyed in the opposite order: each uses the ones above it.
  std::unique_ptr<PlanHistory> history_;
  std::unique_ptr<RunDirectory> directory_;
  std::unique_ptr<Executor> executor_;
};

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_PLAN_RUN_H_
