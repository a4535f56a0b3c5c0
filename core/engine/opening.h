#ifndef PROVISION_CORE_ENGINE_OPENING_H_
#define PROVISION_CORE_ENGINE_OPENING_H_

// How commands begin: what is refused before anything is done, and what the
// first event says.

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/api/event.pb.h"
#include "core/engine/engine.h"
#include "core/engine/exit_code.h"
#include "core/engine/session.h"
#include "core/journal/plan_history.h"
#include "core/plan/checked_plan.h"

namespace provision {

// Folder of the plan file: with the name, the identity of a plan.
std::string FolderOf(const CheckedPlan& plan);

// Refuses (65) a run of another host, and one whose rollback has not ended.
absl::Status CheckHistory(const Advice& advice, const PlanHistory& history,
                          absl::string_view host_id);

// --recover: renames every journal that cannot be read.
absl::Status SetDamagedAside(Session& session, const PlanIdentity& plan);

// Names each unfinished run of another plan, which stays as it is.
absl::Status NameOtherRuns(Engine& engine, Session& session,
                           const PlanIdentity& plan);

// Names each step that earlier runs worked on and the plan no longer has.
void NameOrphans(Engine& engine, const CheckedPlan& plan,
                 const PlanHistory& history);

// `usage/step` unless every name that --redo and --assume-done give is a step
// that there is or was.
absl::Status CheckNamedSteps(const EngineOptions& options,
                             const CheckedPlan& plan,
                             const PlanHistory& history);

// Says that a full disk could end the run with 74.
void WarnWithoutReserve(Engine& engine);

void FillRunStarted(Engine& engine, const CheckedPlan& plan,
                    absl::string_view command, Event::RunStarted* started);

// The exit code that an error leads to which ends the whole command. `begun`:
// an action was begun and stands.
ExitCode ExitOfStatus(const absl::Status& status, bool begun);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_OPENING_H_
