#include "core/engine/plan_command.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "core/base/diagnostic.h"
#include "core/base/directory.h"
#include "core/base/planted_bug.h"
#include "core/base/status_macros.h"
#include "core/base/system.h"
#include "core/engine/due_checks.h"
#include "core/engine/opening.h"
#include "core/engine/preflight.h"
#include "core/engine/preview.h"
#include "core/engine/proposal_check.h"
#include "core/engine/selection_check.h"
#include "core/engine/session.h"
#include "core/journal/plan_history.h"
#include "core/journal/run_catalog.h"
#include "core/journal/state_directory.h"

namespace provision {
namespace {

void EmitError(Engine& engine, const absl::Status& status) {
  Event event;
  *event.mutable_diagnostic() = DiagnosticFromStatus(status);
  engine.events.Emit(std::move(event));
}

// What a step without a proposal leads to: the same as in `apply`.
ExitCode ExitOf(const StepPlan& step) {
  if (DiagnosticId(step.status) == "plan/consent") return ExitCode::kRefused;
  if (!step.status.ok() || !RefusalOf(step.proposal).ok()) {
    return ExitCode::kFailed;
  }
  return step.pending() || step.due.has_value() ? ExitCode::kPending
                                                : ExitCode::kConverged;
}

// A proposal that is refused is not saved: the file would not say so.
absl::StatusOr<SavedAs> Save(const CheckedPlan& plan,
                             const std::vector<StepPlan>& plans,
                             const PlanSaver& save) {
  for (size_t i = 0; i < plans.size(); ++i) {
    if (plans[i].status.ok()) continue;
    return DiagnosticError(
               absl::StatusCode::kFailedPrecondition, "plan/unsavable",
               absl::StrCat("nothing is saved, because step \"",
                            plan.steps[i].id, "\" could not be performed"))
        .Next("mend what is said of the step, then make the plan again");
  }
  return save(plans);
}

// Of a planted bug.
void MakeFolder(System& system) {
  absl::StatusOr<std::unique_ptr<Directory>> folder =
      system.OpenDirectory(system.WorkingDirectory());
  if (folder.ok()) (*folder)->MakeDirectory("planted", 0700).IgnoreError();
}

// What earlier runs leave to do for `steps`; refuses what `apply` would refuse.
absl::Status ReadHistory(const Engine& engine, const CheckedPlan& plan,
                         std::vector<StepPlan>* steps) {
  PROVISION_ASSIGN_OR_RETURN(
      std::unique_ptr<StateDirectory> state,
      StateDirectory::OpenExisting(engine.system, StatePath(engine)));
  if (state == nullptr) return absl::OkStatus();
  PlanIdentity identity;
  identity.set_name(plan.name);
  identity.set_folder(FolderOf(plan));
  PROVISION_ASSIGN_OR_RETURN(const PlanHistory history,
                             RunCatalog(*state).ReadHistory(identity));
  PROVISION_RETURN_IF_ERROR(
      CheckHistory(engine.options.advice, history, HostId(engine.system)));
  NoteDueChecks(plan, history, steps);
  return absl::OkStatus();
}

// What goes on from a preview that found something to do.
void AdviseAfterPlan(const Advice& advice, const absl::optional<SavedAs>& saved,
                     bool recorded_facts, Event::Summary* summary) {
  const std::string apply =
      saved.has_value() ? advice.Command(absl::StrCat("apply ", saved->file))
                        : advice.Apply();
  summary->add_next(apply);
  summary->add_next_note(recorded_facts ? "on that host" : "");
}

ExitCode Refuse(Engine& engine, const absl::Status& status, ExitCode exit) {
  EmitError(engine, status);
  Event event;
  event.mutable_summary()->set_exit(static_cast<int>(exit));
  event.mutable_summary()->set_refused(1);
  engine.events.Emit(std::move(event));
  return exit;
}

}  // namespace

ExitCode ShowPlan(Engine& engine, const CheckedPlan& plan,
                  const std::vector<bool>& selected,
                  absl::string_view isolation, const PlanSaver& save) {
  const absl::Duration begin = engine.system.MonotonicClock();
  if (IsPlanted("plan_makes_folder")) MakeFolder(engine.system);
  Event started;
  FillRunStarted(engine, plan, "plan", started.mutable_run_started());
  started.mutable_run_started()->set_isolation(std::string(isolation));
  engine.events.Emit(std::move(started));

  Planner planner(plan, engine.facts);
  // As `apply` does, and before anything is shown that it would not do.
  absl::Status status = CheckUnselected(plan, selected, planner);
  std::vector<StepPlan> plans;
  if (status.ok()) {
    plans = planner.ProposeAll(selected);
    if (!engine.options.recorded_facts) {
      status = ReadHistory(engine, plan, &plans);
    }
  }
  if (!status.ok()) {
    return Refuse(engine, status, ExitOfStatus(status, false));
  }
  ExitCode exit = ExitCode::kConverged;
  for (size_t i = 0; i < plans.size(); ++i) {
    const StepPlan& step = plans[i];
    if (!step.selected) continue;
    EmitPreview(engine, plan, static_cast<int>(i), step);
    absl::Status refusal =
        step.status.ok() ? RefusalOf(step.proposal) : step.status;
    if (!refusal.ok()) EmitError(engine, WithStep(refusal, plan.steps[i].id));
    exit = MoreUrgent(exit, ExitOf(step));
  }
  if (!engine.options.recorded_facts) {
    for (const absl::Status& finding :
         Preflight(engine, plan, plans, StatePath(engine), StorePath(engine))) {
      EmitError(engine, finding);
      exit = MoreUrgent(exit, ExitCode::kFailed);
    }
  }
  absl::optional<SavedAs> saved;
  if (save != nullptr) {
    absl::StatusOr<SavedAs> made = Save(plan, plans, save);
    if (made.ok()) {
      saved = *std::move(made);
    } else {
      EmitError(engine, made.status());
      exit = MoreUrgent(exit, ExitCode::kFailed);
    }
  }
  Event event;
  Event::Summary* summary = event.mutable_summary();
  *summary = PreviewSummary(engine, plan, plans);
  summary->set_exit(static_cast<int>(exit));
  summary->set_duration_ms(
      absl::ToInt64Milliseconds(engine.system.MonotonicClock() - begin));
  if (saved.has_value()) summary->set_approved_digest(saved->digest);
  // Of another host there is nothing to apply here.
  if (exit == ExitCode::kPending &&
      (saved.has_value() || !engine.options.recorded_facts)) {
    AdviseAfterPlan(engine.options.advice, saved, engine.options.recorded_facts,
                    summary);
  }
  engine.events.Emit(std::move(event));
  return exit;
}

ExitCode ShowSavedPlan(EventSink& events, const SavedPlan& saved,
                       absl::string_view digest) {
  Event event;
  *event.mutable_run_started() = saved.started();
  events.Emit(std::move(event));
  for (const SavedPlan::OfStep& step : saved.step()) {
    event.Clear();
    event.set_step(step.id());
    *event.mutable_step_planned() = step.preview();
    events.Emit(std::move(event));
  }
  event.Clear();
  *event.mutable_summary() = saved.summary();
  event.mutable_summary()->set_exit(0);
  event.mutable_summary()->set_approved_digest(std::string(digest));
  events.Emit(std::move(event));
  return ExitCode::kConverged;
}

}  // namespace provision
