#include "core/engine/plan_command.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/directory.h"
#include "core/base/planted_bug.h"
#include "core/base/status_macros.h"
#include "core/base/system.h"
#include "core/engine/opening.h"
#include "core/engine/preflight.h"
#include "core/engine/preview.h"
#include "core/engine/proposal_check.h"
#include "core/engine/selection_check.h"
#include "core/engine/session.h"

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
  return step.pending() ? ExitCode::kPending : ExitCode::kConverged;
}

// A proposal that is refused is not saved: the file would not say so.
absl::StatusOr<std::string> Save(const CheckedPlan& plan,
                                 const std::vector<bool>& selected,
                                 const std::vector<StepPlan>& plans,
                                 Planner& planner, const PlanSaver& save) {
  for (size_t i = 0; i < plans.size(); ++i) {
    if (plans[i].status.ok()) continue;
    return DiagnosticError(
               absl::StatusCode::kFailedPrecondition, "plan/unsavable",
               absl::StrCat("nothing is saved, because step \"",
                            plan.steps[i].id, "\" could not be performed"))
        .Next("mend what is said of the step, then make the plan again");
  }
  // `apply` cannot: what is not selected is not in the file.
  PROVISION_RETURN_IF_ERROR(CheckUnselected(plan, selected, planner));
  return save(plans);
}

// Of a planted bug.
void MakeFolder(System& system) {
  absl::StatusOr<std::unique_ptr<Directory>> folder =
      system.OpenDirectory(system.WorkingDirectory());
  if (folder.ok()) (*folder)->MakeDirectory("planted", 0700).IgnoreError();
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
  const std::vector<StepPlan> plans = planner.ProposeAll(selected);
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
  Event event;
  Event::Summary* summary = event.mutable_summary();
  *summary = PreviewSummary(plan, plans, engine.handlers);
  summary->set_exit(static_cast<int>(exit));
  summary->set_duration_ms(
      absl::ToInt64Milliseconds(engine.system.MonotonicClock() - begin));
  if (exit == ExitCode::kPending) {
    summary->add_next(absl::StrCat("provision apply ", plan.file));
    summary->add_next_note("");
  }
  if (save != nullptr) {
    absl::StatusOr<std::string> digest =
        Save(plan, selected, plans, planner, save);
    if (digest.ok()) {
      summary->set_approved_digest(*digest);
    } else {
      EmitError(engine, digest.status());
      exit = MoreUrgent(exit, DiagnosticId(digest.status()) == "usage/selection"
                                  ? ExitCode::kUsage
                                  : ExitCode::kFailed);
      summary->set_exit(static_cast<int>(exit));
    }
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
